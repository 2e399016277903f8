CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch');
CREATE TABLE Room(Org INTEGER, Id TEXT COLLATE NOCASE, note TEXT, PRIMARY KEY(Org, Id)) WITHOUT ROWID;
INSERT INTO Room VALUES (1, 'a', ''), (1, 'b', ''), (2, 'a', ''), (2, 'c', '');
CREATE TABLE Stay(org INTEGER, id TEXT COLLATE NOCASE, room TEXT, PRIMARY KEY(org, id), FOREIGN KEY(ORG, ROOM) REFERENCES ROOM(ORG, ID)) WITHOUT ROWID;
INSERT INTO Stay VALUES (1, 'x', 'A'), (1, 'y', 'b'), (2, 'x', 'C'), (2, 'y', 'nowhere'), (2, 'z', 'nowhere');
CREATE TABLE applied(name TEXT PRIMARY KEY, at INTEGER);
