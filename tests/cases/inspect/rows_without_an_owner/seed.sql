CREATE TABLE note(org INTEGER, id INTEGER, body TEXT, PRIMARY KEY(org, id));
CREATE TABLE file(id INTEGER PRIMARY KEY, note INTEGER);
CREATE TABLE rate(currency TEXT, rate REAL);
INSERT INTO note VALUES (1, 1, 'a'), (2, 1, 'b'), (2, 2, 'c'), (NULL, 3, 'd');
INSERT INTO file VALUES (1, 1), (2, 2), (3, 9);
INSERT INTO rate VALUES ('EUR', 1.0);
