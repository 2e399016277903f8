CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE page(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, path TEXT NOT NULL);
INSERT INTO page VALUES (1, 1, '/'), (2, 2, '/'), (3, 2, '/shop'), (4, 3, '/');
CREATE TABLE element(id INTEGER PRIMARY KEY, page INTEGER NOT NULL REFERENCES page(id) ON DELETE CASCADE, kind TEXT);
INSERT INTO element VALUES (1, 1, 'hero'), (2, 2, 'hero'), (3, 3, 'list'), (4, 4, 'hero');
CREATE TABLE ingredient(id INTEGER PRIMARY KEY, element INTEGER NOT NULL REFERENCES element(id) ON DELETE CASCADE, value TEXT);
INSERT INTO ingredient VALUES (1, 1, 'Hello'), (2, 2, 'Hi'), (3, 3, 'one'), (4, 3, 'two'), (5, 4, 'Hej');
CREATE TABLE note(id INTEGER PRIMARY KEY, ingredient INTEGER NOT NULL REFERENCES ingredient(id) ON DELETE CASCADE, body TEXT);
INSERT INTO note VALUES (1, 1, 'shorter'), (2, 4, 'price?'), (3, 4, 'photo?');
