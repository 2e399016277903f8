UPDATE note SET done = 1 WHERE org = 1;
INSERT INTO note SELECT 1, value, 'x', 0 FROM (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n) SELECT value FROM n WHERE value < 0);
UPDATE note SET done = 0;
