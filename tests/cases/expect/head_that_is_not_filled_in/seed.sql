CREATE TABLE note(org INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT, hours REAL, PRIMARY KEY(org, id));
INSERT INTO note VALUES (1, 1, 'a1', 1.5), (1, 2, 'a2', 2.5), (2, 1, 'b1', 3.0), (2, 2, 'b2', 5.0);
CREATE TABLE entry(org INTEGER NOT NULL, note INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(org, note, at));
INSERT INTO entry VALUES (1, 1, 10), (1, 1, 11), (1, 2, 10), (2, 1, 10), (2, 2, 12);
