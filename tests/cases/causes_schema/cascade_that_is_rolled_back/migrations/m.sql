-- Near miss: what was deleted is back.
BEGIN;
DELETE FROM shelf WHERE id = 1;
ROLLBACK;
UPDATE shelf SET label = 'far left' WHERE id = 1;
