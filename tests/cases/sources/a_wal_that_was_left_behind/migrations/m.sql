UPDATE t SET org = 2 WHERE id = 1;
