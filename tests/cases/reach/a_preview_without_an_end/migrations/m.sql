UPDATE note SET done = 1 WHERE org = 1 AND (WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n) SELECT count(*) FROM n) > 0;
