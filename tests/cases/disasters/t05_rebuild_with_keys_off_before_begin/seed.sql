CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE author(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL);
INSERT INTO author VALUES (1, 1, 'Ilse Marn'), (2, 2, 'Otto Feld'), (3, 3, 'Runa Voss');
CREATE TABLE book(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, title TEXT NOT NULL, shelf TEXT, author INTEGER REFERENCES author(id) ON DELETE SET NULL);
INSERT INTO book VALUES (1, 1, 'Moss', 'A', 1), (2, 1, 'Lichen', 'A', 1), (3, 2, 'Tides', 'B', 2), (4, 2, 'Unsigned', 'B', NULL), (5, 3, 'Sparks', 'C', 3);
