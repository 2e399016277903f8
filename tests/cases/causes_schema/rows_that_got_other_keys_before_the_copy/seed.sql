CREATE TABLE guest(name TEXT PRIMARY KEY NOT NULL, org INTEGER NOT NULL, prefs TEXT) WITHOUT ROWID;
INSERT INTO guest VALUES ('Bea', 1, 'x'), ('bea', 2, 'y'), ('Zoe', 2, 'z'), ('adam', 1, 'w'), ('Émile', 2, 'v'), ('émile', 1, 'u');
