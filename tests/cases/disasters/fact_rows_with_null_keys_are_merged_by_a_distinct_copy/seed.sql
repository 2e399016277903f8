CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE journal(id SERIAL PRIMARY KEY, org INTEGER NOT NULL, hash TEXT);
INSERT INTO journal(org, hash) VALUES (1, 'a1'), (2, 'b1'), (2, 'b1'), (3, 'c1'), (3, 'c1');
