CREATE TABLE album(id INTEGER PRIMARY KEY, title TEXT, rating INTEGER);
INSERT INTO album VALUES (1, 'Tide', 3), (2, 'Moor', 4), (3, 'Fen', 5);
