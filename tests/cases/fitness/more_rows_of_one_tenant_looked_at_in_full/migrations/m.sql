UPDATE reading SET v = 0 WHERE v = 5;
