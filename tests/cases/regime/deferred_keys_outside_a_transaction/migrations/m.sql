PRAGMA defer_foreign_keys = ON;
SAVEPOINT s;
UPDATE link SET to_id = 9 WHERE org = 1;
UPDATE link SET to_id = 1 WHERE org = 1;
RELEASE s;
