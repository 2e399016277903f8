BEGIN;
UPDATE note SET body = 'x' WHERE id = 1;
COMMIT;
PRAGMA user_version = 7;
