-- harness: allow not-atomic until 2999-01-31 because the second statement may run later
UPDATE seat SET price = 11 WHERE hall_id = 1 AND id = 1;
UPDATE booking SET guest = 'Ada' WHERE hall_id = 1;
