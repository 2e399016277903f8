CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE guest(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT);
INSERT INTO guest VALUES (1, 1, 'Mira Holt'), (2, 2, 'Nils Quant'), (3, 2, NULL), (4, 3, 'Orla Pemm');
