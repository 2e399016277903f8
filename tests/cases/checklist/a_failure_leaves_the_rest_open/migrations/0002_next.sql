UPDATE seat SET price = 12 WHERE hall_id = 1;
