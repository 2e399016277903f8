UPDATE album SET rating = 5 WHERE id = 1;
