INSERT INTO note VALUES (1, 1, 'first');
