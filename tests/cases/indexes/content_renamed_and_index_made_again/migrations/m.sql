-- Near miss.
BEGIN;
DROP TABLE note_search;
ALTER TABLE note RENAME TO leaf;
CREATE VIRTUAL TABLE note_search USING fts5(body, content='leaf', content_rowid='id');
INSERT INTO note_search(note_search) VALUES ('rebuild');
COMMIT;
