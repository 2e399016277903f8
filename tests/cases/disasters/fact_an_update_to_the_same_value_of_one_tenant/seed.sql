CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE chore(org INTEGER NOT NULL, id INTEGER NOT NULL, what TEXT, done INTEGER NOT NULL, PRIMARY KEY(org, id));
INSERT INTO chore VALUES (1, 1, 'sweep', 0), (1, 2, 'mop', 0), (2, 1, 'feed', 0), (2, 2, 'brush', 1), (2, 3, 'walk', 0), (3, 1, 'dust', 0), (3, 3, 'air', 1);
