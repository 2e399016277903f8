UPDATE note SET body = 'x' WHERE id IN (1, 2);
