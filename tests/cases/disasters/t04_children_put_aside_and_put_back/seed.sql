CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE bed(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL);
INSERT INTO bed VALUES (1, 1, 'sunny'), (2, 2, 'damp'), (3, 2, 'stony'), (4, 3, 'shaded');
CREATE TABLE plant(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, bed INTEGER NOT NULL REFERENCES bed(id) ON DELETE CASCADE, kind TEXT);
INSERT INTO plant VALUES (1, 1, 1, 'kale'), (2, 2, 2, 'mint'), (3, 2, 2, 'sorrel'), (4, 2, 3, 'thyme'), (5, 3, 4, 'fern');
