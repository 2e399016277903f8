BEGIN;
UPDATE seat SET price = 11 WHERE id IN (SELECT s.id FROM seat s JOIN hall h ON h.id = s.hall_id WHERE h.name = 'Elm' AND s.label = 'A1');
COMMIT;
