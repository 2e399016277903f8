CREATE TABLE reading(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, kind TEXT NOT NULL, n INTEGER, UNIQUE(org, kind));
INSERT INTO reading VALUES (1, 1, 'a', 5), (2, 1, 'b', 6), (3, 2, 'a', 7), (4, 2, 'c', 8);
