UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;
INSERT INTO sequence(org, data, ratio) VALUES (1, zeroblob(40), 2.5);
