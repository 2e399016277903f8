UPDATE note SET body = 'c' WHERE org = 1 AND id = 1;
