BEGIN;
INSERT INTO remark VALUES (20, 1, 9), (21, 2, 2), (22, NULL, 9);
UPDATE remark SET note = 7 WHERE id = 12;
COMMIT;
