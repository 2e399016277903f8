ATTACH 'prices.db' AS prices;
UPDATE note SET body = (SELECT body FROM prices.price WHERE price.id = note.id) WHERE org = 2;
INSERT INTO prices.price VALUES (9, 'x');
