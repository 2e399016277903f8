UPDATE shelf SET label = 'side' WHERE id = 1;
