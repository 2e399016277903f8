BEGIN;
UPDATE note SET body = 'x' WHERE id = 77;
DELETE FROM note WHERE org = 3;
INSERT INTO note SELECT org, id + 5, 'z' FROM note WHERE id = 77;
INSERT INTO note SELECT org, id + 5, 'z' FROM note WHERE id IN (SELECT id FROM empty);
COMMIT;
