CREATE TABLE keys(id INTEGER PRIMARY KEY, org INTEGER, token TEXT);
INSERT INTO keys VALUES (1, 1, 'hush-keys');
UPDATE users SET name = 'Ben Fern' WHERE id = 2;
