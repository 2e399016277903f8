CREATE TABLE note_new(id INTEGER NOT NULL, org INTEGER NOT NULL, done TEXT, body TEXT, PRIMARY KEY(org, id)) WITHOUT ROWID;
INSERT INTO note_new(org, id, body, done) SELECT org, id, body, done FROM note;
DROP TABLE note;
ALTER TABLE note_new RENAME TO note;
