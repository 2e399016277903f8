CREATE TABLE note(org INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT, hours REAL, PRIMARY KEY(org, id));
INSERT INTO note VALUES (1, 1, 'a1', 1.5), (1, 2, 'a2', 2.5), (2, 1, 'b1', 3.0);
