CREATE TABLE album(id INTEGER PRIMARY KEY, title TEXT, rating INTEGER);
INSERT INTO album VALUES (1, 'Tide', 3), (2, 'Moor', 4), (3, 'Fen', 5);
CREATE TABLE track(album INTEGER NOT NULL, no INTEGER NOT NULL, title TEXT, PRIMARY KEY(album, no));
INSERT INTO track VALUES (1, 1, 'In'), (1, 2, 'Out'), (2, 1, 'Rise');
CREATE TABLE loan(id INTEGER PRIMARY KEY, album INTEGER, no INTEGER);
INSERT INTO loan VALUES (1, 1, 1);
