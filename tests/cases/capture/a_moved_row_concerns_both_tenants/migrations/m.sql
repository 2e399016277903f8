UPDATE note SET org = 1, id = 9 WHERE org = 2 AND id = 1;
