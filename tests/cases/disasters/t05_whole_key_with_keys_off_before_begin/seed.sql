CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE author(org INTEGER, id INTEGER, name TEXT NOT NULL, PRIMARY KEY(org, id));
INSERT INTO author VALUES (1, 1, 'Ilse Marn'), (2, 1, 'Otto Feld'), (3, 1, 'Runa Voss');
CREATE TABLE book(id INTEGER PRIMARY KEY, org INTEGER, author INTEGER, title TEXT, FOREIGN KEY(org, author) REFERENCES author(org, id) ON DELETE SET NULL);
INSERT INTO book VALUES (1, 1, 1, 'Moss'), (2, 1, 1, 'Lichen'), (3, 2, 1, 'Tides'), (4, 3, 1, 'Sparks'), (5, 3, NULL, 'Unsigned');
