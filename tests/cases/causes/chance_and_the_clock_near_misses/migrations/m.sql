UPDATE room SET colour = datetime('now') > '2000' WHERE house = 1;
UPDATE stay SET paid = unixepoch() > 0 WHERE house = 1;
DELETE FROM guest WHERE id IN (SELECT id FROM guest WHERE house = 3 ORDER BY id LIMIT 1);
UPDATE room SET colour = 'random() now' WHERE house = 2;
