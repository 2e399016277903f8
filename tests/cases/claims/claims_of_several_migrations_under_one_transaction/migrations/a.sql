UPDATE note SET hours = 1 WHERE org = 1;
