UPDATE room SET colour = datetime('now') WHERE house = 1;
UPDATE stay SET paid = unixepoch() WHERE house = 1;
DELETE FROM guest WHERE id IN (SELECT id FROM guest WHERE house = 3 ORDER BY id LIMIT 1);
UPDATE room SET colour = 'random() now' WHERE house = 2;
