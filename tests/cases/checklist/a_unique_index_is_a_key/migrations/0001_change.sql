UPDATE booking SET guest = 'Ada' WHERE seat_id = 1;
