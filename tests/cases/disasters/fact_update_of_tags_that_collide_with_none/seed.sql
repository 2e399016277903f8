CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE tag(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE(org, name));
INSERT INTO tag VALUES (1, 1, 'old-oak'), (2, 1, 'oak'), (3, 2, 'old-old-elm'), (4, 2, 'old-elm'), (5, 2, 'elm'), (6, 3, 'fir'), (7, 2, 'old-yew');
