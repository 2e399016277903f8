UPDATE note SET body = 'v' WHERE id = 1;
