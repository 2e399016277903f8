UPDATE seat SET price = price + 1 WHERE hall_id = 1;
