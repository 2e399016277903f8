UPDATE booking SET guest = 'Ada' WHERE hall_id = 1;
