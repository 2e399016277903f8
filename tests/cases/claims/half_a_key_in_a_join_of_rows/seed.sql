CREATE TABLE org(id INTEGER PRIMARY KEY, kind TEXT);
INSERT INTO org VALUES (1, 'a'), (2, 'b'), (3, 'b');
CREATE TABLE point(org INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT, unit TEXT, PRIMARY KEY(org, id));
INSERT INTO point VALUES (1, 1, 'p', 'W'), (1, 2, 'q', NULL), (2, 1, 'p', 'W'), (2, 2, 'r', 'V'), (3, 2, 'q', 'W');
