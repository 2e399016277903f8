BEGIN;
DROP TRIGGER note_changed;
UPDATE note SET body = 'green cherry' WHERE id = 2;
COMMIT;
