BEGIN;
DROP TRIGGER note_gone;
DELETE FROM note WHERE org = 1 AND body LIKE 'green%';
CREATE TRIGGER note_gone AFTER DELETE ON note BEGIN INSERT INTO note_search(note_search, rowid, body) VALUES ('delete', old.id, old.body); END;
COMMIT;
