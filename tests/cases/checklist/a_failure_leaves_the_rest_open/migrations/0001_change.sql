UPDATE seat SET price = 11 WHERE hall_id = 1 AND id = 1;
INSERT INTO hall VALUES (1, 'Ash');
DELETE FROM seat WHERE id = 1;
