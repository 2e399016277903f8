UPDATE s SET v = 'z' WHERE id < 3;
