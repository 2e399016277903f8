BEGIN;
UPDATE seat SET price = 11 WHERE hall_id = 1 AND id = 1;
COMMIT;
DELETE FROM seat WHERE hall_id = 1 AND price > 50;
