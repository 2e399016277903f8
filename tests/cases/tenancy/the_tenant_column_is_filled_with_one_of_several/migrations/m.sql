ALTER TABLE session ADD COLUMN org INTEGER;
UPDATE session SET org = (SELECT m.org FROM membership m WHERE m.operator = session.operator LIMIT 1);
