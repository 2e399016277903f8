-- Only one house has a room 3, and none has a room 9.
UPDATE room SET colour = 'white' WHERE id IN (SELECT id FROM room WHERE house = 3 AND id = 3);
UPDATE room SET colour = 'white' WHERE id IN (SELECT id FROM room WHERE house = 3 AND id = 9);
