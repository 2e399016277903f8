CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE trace(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL, lines INTEGER, UNIQUE(name));
INSERT INTO trace VALUES (1, 1, 'nightly', 90), (2, 1, 'weekly', 12), (3, 2, 'monthly', 75), (4, 3, 'hourly', 8), (5, 3, 'daily', 9);
