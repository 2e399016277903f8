PRAGMA defer_foreign_keys = ON;
PRAGMA journal_mode = DELETE;
BEGIN;
DELETE FROM chat;
DELETE FROM line;
COMMIT;
