BEGIN;
UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;
INSERT INTO note(org, id) VALUES (1, 2);
COMMIT;
