BEGIN;
UPDATE empty SET id = 2 WHERE org = 1;
DELETE FROM empty;
INSERT INTO note SELECT org, id, 'z' FROM empty;
INSERT INTO note SELECT org, id, 'z' FROM empty_too;
COMMIT;
