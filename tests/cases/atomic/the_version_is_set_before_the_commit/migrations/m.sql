BEGIN;
UPDATE note SET body = 'x' WHERE id = 1;
PRAGMA user_version = 7;
COMMIT;
PRAGMA user_version;
