CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE ship(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL);
INSERT INTO ship VALUES (1, 1, 'Tern'), (2, 2, 'Auk'), (3, 3, 'Coot');
CREATE TABLE crate(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, ship INTEGER REFERENCES ship(id) ON DELETE CASCADE, what TEXT);
INSERT INTO crate VALUES (1, 1, 1, 'tea'), (2, 2, 2, 'salt'), (3, 2, 2, 'rope'), (4, 3, 3, 'tar'), (5, 3, NULL, 'lost label');
