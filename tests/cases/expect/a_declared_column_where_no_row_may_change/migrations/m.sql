UPDATE note SET body = 'x' WHERE org = 1 AND id = 9;
