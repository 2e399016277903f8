UPDATE shelf SET label = 'side' WHERE org = 1;
