WITH chosen(o) AS (SELECT id FROM org WHERE name = 'Ash')
UPDATE note SET body = 'x' WHERE org IN chosen;
WITH RECURSIVE n(i) AS (SELECT 3 UNION ALL SELECT i + 1 FROM n WHERE i < 5)
DELETE FROM note WHERE org IN (SELECT i FROM n) RETURNING *;
