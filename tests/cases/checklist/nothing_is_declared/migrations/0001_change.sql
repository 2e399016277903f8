UPDATE seat SET price = 11 WHERE hall_id = 1 AND id = 1;
DROP TABLE booking;
