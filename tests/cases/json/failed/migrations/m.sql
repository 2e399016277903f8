UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;
INSERT INTO note VALUES (1, 2, 'twice', 0);
DELETE FROM note;
