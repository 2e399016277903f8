UPDATE note SET body = 'y' WHERE org = 1 AND id = 1;
