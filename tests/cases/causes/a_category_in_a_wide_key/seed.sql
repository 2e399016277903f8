CREATE TABLE reading(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, kind TEXT NOT NULL, day INTEGER NOT NULL, n INTEGER, UNIQUE(org, kind, day));
INSERT INTO reading VALUES (1, 1, 'a', 1, 5), (2, 1, 'b', 1, 6), (3, 2, 'a', 1, 7), (4, 2, 'c', 2, 8);
