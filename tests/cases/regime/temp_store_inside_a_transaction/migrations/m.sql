BEGIN;
PRAGMA temp_store = MEMORY;
UPDATE note SET done = 1 WHERE org = 1;
COMMIT;
