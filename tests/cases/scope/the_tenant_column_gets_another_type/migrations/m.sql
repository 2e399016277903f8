CREATE TABLE note_new(org TEXT NOT NULL, id INTEGER NOT NULL, body TEXT, PRIMARY KEY(org, id));
INSERT INTO note_new SELECT org, id, body FROM note;
DROP TABLE note;
ALTER TABLE note_new RENAME TO note;
