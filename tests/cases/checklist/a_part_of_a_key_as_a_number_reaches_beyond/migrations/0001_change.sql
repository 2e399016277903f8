UPDATE seat SET price = 11 WHERE id = 1;
