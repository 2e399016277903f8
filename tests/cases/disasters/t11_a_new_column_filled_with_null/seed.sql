CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE tool(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, label TEXT, place TEXT);
INSERT INTO tool VALUES (1, 1, 'saw', 'shed'), (2, 1, 'axe', 'shed'), (3, 2, 'rake', 'barn'), (4, 2, 'hoe', NULL), (5, 3, 'drill', 'van');
