UPDATE reading SET n = n + 1 WHERE kind IN ('a', 'c');
