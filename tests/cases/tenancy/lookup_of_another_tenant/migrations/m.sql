UPDATE attachment SET name = 'z' WHERE id = 2;
