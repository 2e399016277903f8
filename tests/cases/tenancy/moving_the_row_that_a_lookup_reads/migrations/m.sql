UPDATE session SET org = 2 WHERE id = 100;
