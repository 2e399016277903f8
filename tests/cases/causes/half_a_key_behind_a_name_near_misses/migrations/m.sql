BEGIN;
WITH picked AS (SELECT r.id, r.house FROM room r JOIN house h ON h.id = r.house WHERE h.name = 'Birch')
UPDATE room SET colour = 'a' WHERE (house, id) IN (SELECT house, id FROM picked);
WITH picked AS (SELECT id FROM room WHERE house = 2)
UPDATE room SET colour = 'b' WHERE house = 2 AND id IN (SELECT id FROM picked);
-- A guest's number is unique where it comes from.
WITH ada AS (SELECT id FROM guest WHERE name = 'Ada')
UPDATE stay SET paid = 2 WHERE guest IN (SELECT id FROM ada);
UPDATE room SET colour = 'c' WHERE (house, id) IN (SELECT house, id FROM inn_room WHERE label = 'cellar');
COMMIT;
