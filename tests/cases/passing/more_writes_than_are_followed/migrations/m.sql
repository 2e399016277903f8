UPDATE note SET done = done WHERE id = 2;
UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;
