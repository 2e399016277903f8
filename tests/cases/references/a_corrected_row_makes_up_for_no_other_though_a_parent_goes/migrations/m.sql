BEGIN;
UPDATE stay SET room = 1 WHERE id = 12;
UPDATE stay SET room = 99 WHERE id = 10;
DELETE FROM room WHERE id IN (2, 3);
COMMIT;
