UPDATE seat SET price = 11 WHERE hall_id = 7 AND id = 1;
