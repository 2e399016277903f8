-- qualified, in an expression, behind EXISTS, in a condition, from a query that reads nothing
UPDATE brief_user SET seat = (SELECT brief_user.seat FROM brief WHERE brief.id = brief_user.brief_id) + 1 WHERE agency = 2;
UPDATE brief_user SET seat = (SELECT seat + closed FROM brief WHERE id = brief_id) WHERE agency = 2;
UPDATE brief_user SET seat = 5 WHERE EXISTS (SELECT seat FROM brief WHERE id = brief_id AND closed = 1);
UPDATE brief_user SET seat = (SELECT max(a) FROM (SELECT seat AS a UNION ALL SELECT brief_id)) WHERE agency = 3;
UPDATE brief_user SET seat = (SELECT seat) + 1 WHERE agency = 3;
-- the query has it: the rowid, a name that it gives itself, a function of a module
DELETE FROM brief_user WHERE agency = 2 AND brief_id IN (SELECT rowid FROM brief WHERE closed = 2);
UPDATE brief_user SET seat = 6 WHERE agency = 1 AND seat IN (SELECT seat FROM (SELECT id AS seat FROM brief));
UPDATE brief_user SET seat = 7 WHERE agency = 1 AND seat IN (SELECT value FROM json_each('[6]'));
