-- A table that the migration makes, and a plain SELECT.
CREATE TABLE copy(house, id);
DELETE FROM copy WHERE id = 1;
DROP TABLE copy;
SELECT * FROM room WHERE label = 'kitchen';
UPDATE room SET colour = 'white' WHERE label = 'barn';
