CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');
CREATE TABLE note(org INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT, done INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(org, id));
INSERT INTO note VALUES (1, 1, 'a1', 0), (1, 2, 'a2', 0), (2, 1, 'b1', 0), (2, 2, 'b2', 1), (3, 1, 'c1', 0);
CREATE VIRTUAL TABLE ft USING fts5(body, content='');
INSERT INTO ft(rowid, body) VALUES (1, 'x'), (2, 'y');
