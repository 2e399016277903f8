BEGIN;
-- Behind a common table expression that drops the house, under another name there, and with the house.
WITH picked AS (SELECT r.id FROM room r JOIN house h ON h.id = r.house WHERE h.name = 'Birch')
UPDATE room SET colour = 'a' WHERE id IN (SELECT id FROM picked);
WITH other AS (SELECT 1), picked AS NOT MATERIALIZED (SELECT DISTINCT id AS number, house FROM room WHERE house = 2)
UPDATE room SET colour = 'b' WHERE id IN (SELECT number FROM picked);
-- Behind a view.
UPDATE room SET colour = 'c' WHERE id IN (SELECT id FROM inn_room WHERE label = 'cellar');
COMMIT;
