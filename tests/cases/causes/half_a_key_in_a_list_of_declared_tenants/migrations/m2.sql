UPDATE note SET body = 'y' WHERE id IN (1, 2);
