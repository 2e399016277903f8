BEGIN;
DELETE FROM room WHERE id = 3;
UPDATE stay SET code = 'nothing';
ALTER TABLE stay ADD COLUMN note TEXT;
COMMIT;
