UPDATE album SET rating = 1 WHERE id = 2;
