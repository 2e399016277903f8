UPDATE note SET body = 'c1' WHERE org = 1 AND id = 1;
