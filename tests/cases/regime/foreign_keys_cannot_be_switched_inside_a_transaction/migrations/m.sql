BEGIN;
PRAGMA foreign_keys = ON;
DELETE FROM note WHERE org = 1 AND id = 1;
COMMIT;
PRAGMA foreign_keys = ON;
DELETE FROM note WHERE org = 1 AND id = 2;
