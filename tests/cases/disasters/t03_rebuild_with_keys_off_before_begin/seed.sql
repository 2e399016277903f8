CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE shelf(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, label TEXT NOT NULL);
INSERT INTO shelf VALUES (1, 1, 'north'), (2, 1, 'south'), (3, 2, 'east'), (4, 3, 'attic');
CREATE TABLE jar(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, shelf INTEGER NOT NULL REFERENCES shelf(id), what TEXT);
INSERT INTO jar VALUES (1, 1, 1, 'plums'), (2, 1, 2, 'beans'), (3, 2, 3, 'honey'), (4, 3, 4, 'rye');
