UPDATE note SET id = 12 WHERE org = 2 AND id = 2;
