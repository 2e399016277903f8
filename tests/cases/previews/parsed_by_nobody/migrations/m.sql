UPDATE note SET body = 'x' WHERE id = 1 ORDER BY id LIMIT 1;
