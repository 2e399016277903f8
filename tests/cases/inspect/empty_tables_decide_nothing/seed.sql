CREATE TABLE note(org INTEGER, id INTEGER, body TEXT, PRIMARY KEY(org, id));
CREATE TABLE draft(org INTEGER, id INTEGER, body TEXT);
CREATE TABLE stamp(at TEXT);
INSERT INTO note VALUES (1, 1, 'a'), (2, 1, 'b'), (2, 2, 'c');
