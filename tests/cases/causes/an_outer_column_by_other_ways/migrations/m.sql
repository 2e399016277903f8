-- as a value: each row keeps its own
UPDATE brief_user SET seat = (SELECT seat FROM brief WHERE brief.id = brief_user.brief_id) WHERE agency = 2;
-- one of two columns, by a view, through a common table expression, in an arm of a compound
UPDATE brief_user SET seat = 5 WHERE (brief_id, person) IN (SELECT id, person FROM brief WHERE closed = 1);
UPDATE brief_user AS u SET seat = 6 WHERE u.brief_id IN (SELECT brief_id FROM open_brief WHERE n = 1);
WITH done AS (SELECT id FROM brief WHERE closed = 1)
UPDATE brief_user SET seat = 7 WHERE brief_id IN (SELECT DISTINCT brief_id FROM done);
UPDATE brief_user SET seat = 8 WHERE brief_id IN (SELECT id FROM brief WHERE closed = 1 UNION SELECT brief_id FROM open_brief);
-- within a query, and in a trigger
INSERT INTO brief_user SELECT id + 10, agency, 'new', 9 FROM brief WHERE closed IN (SELECT closed FROM brief_user);
CREATE TRIGGER brief_gone AFTER DELETE ON brief BEGIN
  DELETE FROM brief_user WHERE brief_id IN (SELECT brief_id FROM brief WHERE id = old.id);
END;
