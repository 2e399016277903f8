BEGIN;
UPDATE seat SET price = 11 WHERE (hall_id, id) IN (SELECT s.hall_id, s.id FROM seat s JOIN hall h ON h.id = s.hall_id WHERE h.name = 'Elm' AND s.label = 'A1');
COMMIT;
