UPDATE note SET seen = 1 WHERE id = 1;
