CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');
CREATE TABLE tag(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL);
INSERT INTO tag VALUES (1, 1, 'red'), (2, 1, 'red'), (3, 2, 'red'), (4, 2, 'blue'), (5, 2, 'blue');
