CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch');
CREATE TABLE note(org INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT CHECK (length(body) < 5), PRIMARY KEY(org, id));
PRAGMA ignore_check_constraints = ON;
INSERT INTO note VALUES (1, 1, 'much too long'), (2, 1, 'c');
CREATE TABLE applied(name TEXT PRIMARY KEY, at INTEGER);
