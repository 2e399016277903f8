UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;
INSERT INTO note(org, id) VALUES (1, 7), (1, 2);
DELETE FROM note WHERE org = 1 AND id = 2;
