UPDATE note SET body = 'it''s' WHERE org = 1;
DELETE FROM note WHERE body LIKE 'b%';
SELECT 1;
