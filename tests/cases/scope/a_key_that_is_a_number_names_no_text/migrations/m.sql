UPDATE note SET body = 'z' WHERE org = '1';
