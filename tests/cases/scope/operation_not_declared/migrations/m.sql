UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;
DELETE FROM note WHERE org = 1 AND id = 2;
