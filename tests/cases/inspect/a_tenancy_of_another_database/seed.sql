CREATE TABLE note(org INTEGER, id INTEGER, body TEXT, PRIMARY KEY(org, id));
INSERT INTO note VALUES (1, 1, 'a'), (2, 1, 'b');
