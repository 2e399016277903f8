UPDATE d SET n = 9 WHERE org = 1 AND id = 1;
