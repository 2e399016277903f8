DELETE FROM seat WHERE hall_id = 9;
