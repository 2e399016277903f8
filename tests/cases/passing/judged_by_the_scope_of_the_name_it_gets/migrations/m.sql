CREATE TABLE note_new(org INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT, done INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(org, id));
INSERT INTO note_new SELECT * FROM note;
UPDATE note_new SET body = body WHERE org = 2;
DROP TABLE note;
ALTER TABLE note_new RENAME TO note;
