CREATE TABLE note(org INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT, hours REAL, PRIMARY KEY(org, id));
INSERT INTO note VALUES (1, 1, 'a1', 1.5), (1, 2, 'a2', 2.5), (1, 3, 'a3', 0.5), (2, 1, 'b1', 3.0), (2, 2, 'b2', 5.0);
CREATE TABLE entry(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, minutes INTEGER NOT NULL, said TEXT COLLATE NOCASE);
INSERT INTO entry VALUES (1, 1, 10, 'yes'), (2, 1, 20, 'no'), (3, 1, 30, NULL), (4, 2, 40, 'yes');
