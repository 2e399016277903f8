CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE setting(org INTEGER NOT NULL, name TEXT NOT NULL, value TEXT, PRIMARY KEY(name));
INSERT INTO setting VALUES (1, 'theme', 'dark'), (1, 'unit', 'm'), (2, 'sound', 'off'), (3, 'page', '20');
