UPDATE note SET done = 1 WHERE id = 2;
