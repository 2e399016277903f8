WITH pick(id) AS (SELECT s.id FROM seat s WHERE s.label = 'A1')
UPDATE seat SET price = 11 WHERE hall_id = 1 AND id IN pick;
