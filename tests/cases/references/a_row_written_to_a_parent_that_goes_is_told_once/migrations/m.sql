BEGIN;
INSERT INTO stay VALUES (13, 1, 3), (14, 1, 3), (15, 1, 99);
UPDATE stay SET org = 1 WHERE id = 11;
DELETE FROM room WHERE id IN (2, 3);
COMMIT;
