CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE place(org INTEGER NOT NULL, id INTEGER NOT NULL, label TEXT, caption TEXT, PRIMARY KEY(org, id));
INSERT INTO place VALUES (1, 1, 'Mill ', NULL), (1, 2, 'Quay', NULL), (2, 1, 'Dyke', NULL), (2, 2, ' Lock', NULL), (3, 1, 'Weir', NULL);
