CREATE TABLE album(id INTEGER PRIMARY KEY, title TEXT, rating INTEGER);
INSERT INTO album VALUES (1, 'Tide', 3), (2, 'Moor', 4), (3, 'Fen', 5);
CREATE TABLE track(album INTEGER NOT NULL, no INTEGER NOT NULL, title TEXT, org_id INTEGER, PRIMARY KEY(album, no));
INSERT INTO track VALUES (1, 1, 'In', 1), (1, 2, 'Out', 2), (2, 1, 'Rise', 1);
