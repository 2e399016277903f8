UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;
UPDATE org SET name = 'x' WHERE id = 1;
