UPDATE mail SET part = NULL WHERE part IS NULL AND gone = 0;
UPDATE part SET body = 'a' WHERE root NOT IN (SELECT part FROM mail WHERE part IS NOT NULL AND gone = 0);
-- the column may be NULL, and is not here
UPDATE part SET body = 'b' WHERE root NOT IN (SELECT part FROM mail WHERE account = 2);
-- a query of the row outside that gives NULL to no row that it would change
UPDATE part SET body = 'c' WHERE id NOT IN (SELECT m.part FROM mail m WHERE m.account = part.account AND m.gone = 1);
-- IN finds what it finds beside NULL, and NOT EXISTS looks for rows
UPDATE part SET body = 'd' WHERE root IN (SELECT part FROM mail) AND root IN (10, NULL);
UPDATE part SET body = 'e' WHERE NOT EXISTS (SELECT 1 FROM mail WHERE mail.part = part.root);
UPDATE mail SET part = 30 WHERE part IS NOT 30 AND account = 2 AND part <> 'NULL' AND id = 4;
