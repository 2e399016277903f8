UPDATE note SET body = 'x' WHERE org = 1;
UPDATE note SET body = 'x' WHERE org = 2 AND id = 1;
UPDATE note SET body = 'x' WHERE org = 3;
