UPDATE note SET body = 'x' WHERE id = 1;
