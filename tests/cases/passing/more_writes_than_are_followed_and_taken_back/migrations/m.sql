BEGIN;
SAVEPOINT s;
UPDATE note SET done = done;
ROLLBACK TO s;
UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;
COMMIT;
