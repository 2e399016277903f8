UPDATE note SET body = 'z' WHERE id IN (1, 2);
