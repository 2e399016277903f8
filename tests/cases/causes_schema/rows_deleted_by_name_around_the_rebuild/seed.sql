CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');
CREATE TABLE par(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, a TEXT);
INSERT INTO par VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 2, 'c'), (4, 3, 'd');
CREATE TABLE point(org INTEGER, id INTEGER, v TEXT, PRIMARY KEY (org, id)) WITHOUT ROWID;
INSERT INTO point VALUES (1, 1, 'a'), (1, 2, 'b'), (2, 1, 'c');
