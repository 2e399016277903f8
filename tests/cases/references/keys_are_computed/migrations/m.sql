BEGIN;
UPDATE room SET floor = 8 WHERE id = 1;
UPDATE stay SET at = 33 WHERE id = 2;
COMMIT;
