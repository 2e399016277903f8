UPDATE tag SET v = 1 WHERE org = 1;
