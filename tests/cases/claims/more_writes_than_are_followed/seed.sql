CREATE TABLE pref(org INTEGER NOT NULL, k TEXT NOT NULL, v, PRIMARY KEY(org, k)) WITHOUT ROWID;
INSERT INTO pref VALUES (1, 'x', 1), (1, 'y', 2), (2, 'x', 3), (2, 'y', 4);
