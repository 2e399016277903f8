UPDATE note SET body = 'x' WHERE org = 1;
