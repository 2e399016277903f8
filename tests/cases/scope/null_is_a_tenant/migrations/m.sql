UPDATE tag SET t = 'x' WHERE org IS NULL;
