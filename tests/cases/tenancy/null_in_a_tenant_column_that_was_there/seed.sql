CREATE TABLE pref(id INTEGER PRIMARY KEY, k TEXT, owner INTEGER, org INTEGER);
INSERT INTO pref VALUES (1, 'x', 1, NULL), (2, 'y', 2, NULL), (3, 'z', 3, 3);
