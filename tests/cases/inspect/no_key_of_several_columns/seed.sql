CREATE TABLE note(id INTEGER PRIMARY KEY, org INTEGER, body TEXT UNIQUE);
CREATE UNIQUE INDEX some ON note(org, body) WHERE org > 1;
CREATE INDEX plain ON note(org, id);
INSERT INTO note VALUES (1, 1, 'a'), (2, 2, 'b');
