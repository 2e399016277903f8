CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch');
CREATE TABLE note(org INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT, PRIMARY KEY(org, id));
INSERT INTO note VALUES (1, 1, 'a'), (1, 2, 'b'), (2, 1, 'c'), (2, 2, 'd');
CREATE TABLE remark(id INTEGER PRIMARY KEY, org INTEGER, note INTEGER, FOREIGN KEY(org, note) REFERENCES note(org, id));
INSERT INTO remark VALUES (10, 1, 1), (11, 1, 1), (12, 2, 1), (13, NULL, 9), (14, 2, NULL);
CREATE TABLE applied(name TEXT PRIMARY KEY, at INTEGER);
