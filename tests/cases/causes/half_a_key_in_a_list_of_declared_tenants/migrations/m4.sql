UPDATE note SET body = 'u' WHERE id IN (1);
