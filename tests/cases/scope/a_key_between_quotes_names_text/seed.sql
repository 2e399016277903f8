CREATE TABLE note(id INTEGER PRIMARY KEY, org, body TEXT);
INSERT INTO note VALUES (1, 1, 'a'), (2, '1', 'b'), (3, 2, 'c');
