UPDATE reading_new SET at = 1 WHERE id = 1;
