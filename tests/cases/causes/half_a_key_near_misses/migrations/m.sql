BEGIN;
-- The whole key.
UPDATE room SET colour = 'a' WHERE (house, id) IN (SELECT r.house, r.id FROM room r WHERE r.label = 'cellar');
-- The house stands beside it, or in the query.
UPDATE room SET colour = 'b' WHERE house = 2 AND id IN (SELECT id FROM room WHERE house = 2);
UPDATE room SET colour = 'c' WHERE id IN (SELECT r.id FROM room r WHERE r.house = room.house AND r.label = 'attic');
UPDATE room SET colour = 'd' WHERE id IN (1, 2) AND house IN (SELECT id FROM house WHERE kind = 'farm');
UPDATE room SET colour = 'h' WHERE house BETWEEN 2 AND 2 AND id IN (SELECT id FROM room WHERE house = 2);
-- The first column of the key: all rooms of some houses.
UPDATE room SET colour = 'e' WHERE house IN (SELECT id FROM house WHERE kind = 'inn');
UPDATE room SET colour = 'f' WHERE house IN (SELECT house FROM room WHERE label = 'barn');
-- A guest's number is unique in the table that it comes from, and so it is a whole name in another.
UPDATE stay SET paid = 1 WHERE guest IN (SELECT id FROM guest WHERE name = 'Ada');
UPDATE guest SET name = 'Eve' WHERE id IN (SELECT guest FROM stay WHERE night = 2);
-- Joined and correlated by the whole key.
UPDATE room SET colour = repaint.colour FROM repaint WHERE repaint.id = room.id AND repaint.house = room.house;
UPDATE room SET colour = 'g' WHERE EXISTS (SELECT 1 FROM repaint p WHERE p.id = room.id AND p.house = room.house);
-- What must not be in the query is not what selects the rows.
DELETE FROM room WHERE house = 3 AND id NOT IN (SELECT id FROM repaint);
COMMIT;
