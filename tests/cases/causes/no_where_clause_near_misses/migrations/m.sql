-- Declared for every house; of a table that the migration makes; of none that is there.
UPDATE room SET colour = 'white';
CREATE TABLE copy AS SELECT * FROM room WHERE house = 1;
UPDATE copy SET colour = 'black';
DELETE FROM copy;
DROP TABLE copy;
