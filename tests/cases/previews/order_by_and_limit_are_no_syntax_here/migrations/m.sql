UPDATE note SET done = 1 WHERE org = 1 ORDER BY id LIMIT 1;
