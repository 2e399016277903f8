INSERT INTO orders(org, id, item) SELECT 1, 400 + rowid, highlight(found, 0, '<', '>') FROM found WHERE found MATCH 'ada';
INSERT INTO orders(org, id, item) SELECT org, 500 + id, handle FROM users WHERE org = 2;
UPDATE users SET name = 'Ada Moss' WHERE org = 1 AND id = 1;
