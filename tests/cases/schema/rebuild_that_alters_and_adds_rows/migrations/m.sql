CREATE TABLE note_new(org INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT, done INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(org, id));
INSERT INTO note_new SELECT org, id, CASE org WHEN 2 THEN upper(body) ELSE body END, done FROM note;
INSERT INTO note_new VALUES (1, 9, 'more', 0);
DROP TABLE note;
ALTER TABLE note_new RENAME TO note;
