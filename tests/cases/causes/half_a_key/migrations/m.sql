BEGIN;
-- Compared with a query over the table itself.
UPDATE room SET colour = 'a' WHERE id IN (SELECT r.id FROM room r JOIN house h ON h.id = r.house WHERE h.name = 'Birch');
-- Behind an alias, beside another condition, as the only one of an OR's branches.
UPDATE room AS t SET colour = 'b' WHERE t.colour <> 'x' AND (t.id IN (SELECT id FROM room WHERE house = 3) OR t.house = 1);
-- With = and one row.
UPDATE room SET colour = 'c' WHERE id = (SELECT id FROM room WHERE house = 2 AND label = 'cellar');
-- The name of a unique index instead of the key.
UPDATE room SET colour = 'd' WHERE label IN (SELECT DISTINCT label FROM room WHERE house = 2);
-- The key of another table, of which the first two of three are supplied.
DELETE FROM door WHERE room IN (SELECT id FROM room WHERE house = 2);
-- With two of three, in a row value.
UPDATE door SET locked = 1 WHERE (room, side) IN (SELECT room, side FROM door WHERE house = 2);
-- Correlated.
UPDATE room SET colour = 'e' WHERE EXISTS (SELECT 1 FROM repaint p WHERE p.id = room.id AND p.colour = 'white');
-- Joined.
UPDATE room SET colour = repaint.colour FROM repaint WHERE repaint.id = room.id;
-- With a list, which says nothing of the house.
DELETE FROM room WHERE id IN (3, 4);
UPDATE room SET colour = 'f' WHERE id IN (1, 2);
-- What is true of every house names none.
UPDATE room SET colour = 'g' WHERE house IS NOT NULL AND id IN (SELECT id FROM room WHERE house = 3);
UPDATE room SET colour = 'h' WHERE house = room.house AND house > 0 AND id IN (SELECT r.id FROM room r WHERE r.house = 3 AND room.house <> 9);
COMMIT;
