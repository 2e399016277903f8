-- Near miss: each row that changed has its entry written, with its terms.
BEGIN;
DELETE FROM note WHERE org = 1 AND body LIKE 'green%';
UPDATE note SET body = 'red cherry' WHERE id = 1;
INSERT INTO note VALUES (9, 1, 'new', 0);
COMMIT;
