UPDATE OR IGNORE seat SET id = 2 WHERE hall_id = 1 AND label = 'A1';
