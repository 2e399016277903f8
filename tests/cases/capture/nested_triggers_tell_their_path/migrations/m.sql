UPDATE note SET done = 1 WHERE org = 1 AND id = 1;
