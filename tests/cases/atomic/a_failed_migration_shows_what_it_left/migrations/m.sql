UPDATE note SET body = 'x' WHERE id = 1;
INSERT INTO note VALUES (1, 1, 'again');
