UPDATE attachment SET session = 200 WHERE id = 1;
