UPDATE note SET body = 'y' WHERE org = 1;
