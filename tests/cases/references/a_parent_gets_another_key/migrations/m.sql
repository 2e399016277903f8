UPDATE note SET id = id + 10 WHERE org = 1;
