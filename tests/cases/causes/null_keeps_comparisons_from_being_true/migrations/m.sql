-- it decides that nothing matches
UPDATE mail SET gone = 2 WHERE part = NULL;
UPDATE mail SET gone = 2 WHERE part <> NULL AND account = 2;
UPDATE mail SET gone = 2 WHERE part IN (NULL);
UPDATE mail SET gone = 2 WHERE part NOT IN (10, NULL);
INSERT INTO mail SELECT id + 100, account, id, 0 FROM part WHERE id NOT IN (SELECT part FROM mail);
UPDATE part SET body = 'q' WHERE NOT (root IN (SELECT part FROM mail));
-- of a query that refers to the row outside, and of a row of values
UPDATE part SET body = 'r' WHERE id NOT IN (SELECT m.part FROM mail m WHERE m.account = part.account);
UPDATE part SET body = 's' WHERE (account, id) NOT IN (SELECT account, part FROM mail);
-- something matches all the same
UPDATE part SET body = 't' WHERE account = 2 OR root NOT IN (SELECT part FROM mail);
UPDATE part SET body = CASE WHEN body = NULL THEN 'none' ELSE body || '.' END WHERE id = 10;
