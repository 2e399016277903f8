CREATE TEMP TABLE pick(id INTEGER);
INSERT INTO pick VALUES (1);
UPDATE seat SET price = 11 WHERE hall_id = 1 AND id IN (SELECT id FROM pick);
