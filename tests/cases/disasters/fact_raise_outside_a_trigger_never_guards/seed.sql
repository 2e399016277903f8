CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE seat(org INTEGER NOT NULL, id INTEGER NOT NULL, state TEXT, PRIMARY KEY(org, id));
INSERT INTO seat VALUES (1, 1, 'free'), (1, 2, 'free'), (2, 1, 'free'), (2, 2, 'held'), (3, 2, 'free');
