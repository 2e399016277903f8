BEGIN;
ALTER TABLE note RENAME TO note_old;
CREATE TABLE note(org INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT, done INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(org, id));
INSERT INTO note SELECT org, id, upper(body), done FROM note_old WHERE done = 0;
DROP TABLE note_old;
COMMIT;
