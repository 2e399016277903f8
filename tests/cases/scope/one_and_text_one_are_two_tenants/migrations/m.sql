UPDATE loose SET v = 1;
