UPDATE shelf SET label = 'top' WHERE id = 1;
