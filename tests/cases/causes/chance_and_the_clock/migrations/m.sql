DELETE FROM guest WHERE random() % 1 = 1;
UPDATE room SET colour = random() * 0 WHERE house = 1;
DELETE FROM stay WHERE night > unixepoch('now');
DELETE FROM guest WHERE id IN (SELECT id FROM guest WHERE house = 3 LIMIT 1);
