CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE team(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL);
INSERT INTO team VALUES (1, 1, 'red'), (2, 2, 'blue'), (3, 2, 'green'), (4, 3, 'white');
CREATE TABLE player(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, team INTEGER REFERENCES team(id) ON DELETE CASCADE, name TEXT);
INSERT INTO player VALUES (1, 1, 1, 'Pia'), (2, 2, 2, 'Quin'), (3, 2, 2, 'Rolf'), (4, 2, 3, 'Sami'), (5, 3, 4, 'Tove');
