ALTER TABLE session ADD COLUMN org INTEGER;
DELETE FROM session WHERE operator IN (SELECT operator FROM membership GROUP BY operator HAVING count(*) > 1);
UPDATE session SET org = (SELECT m.org FROM membership m WHERE m.operator = session.operator) WHERE org IS NULL;
