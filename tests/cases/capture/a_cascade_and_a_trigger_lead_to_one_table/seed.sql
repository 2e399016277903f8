CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');
CREATE TABLE note(org INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT, done INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(org, id));
INSERT INTO note VALUES (1, 1, 'a1', 0), (1, 2, 'a2', 0), (2, 1, 'b1', 0), (2, 2, 'b2', 1), (3, 1, 'c1', 0);
CREATE TABLE link(org INTEGER, note INTEGER, FOREIGN KEY(org, note) REFERENCES note(org, id) ON DELETE CASCADE);
INSERT INTO link VALUES (1, 1), (1, 2), (2, 1);
CREATE TRIGGER drop_next AFTER DELETE ON note BEGIN DELETE FROM link WHERE org = old.org AND note = old.id + 1; END;
