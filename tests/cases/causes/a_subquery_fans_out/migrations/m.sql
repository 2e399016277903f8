-- Colours are nobody's: the inn's guest sleeps in a room that others have too.
UPDATE room SET colour = 'white' WHERE colour IN (SELECT colour FROM room WHERE house = 1) OR colour IN ('black', 'grey');
UPDATE guest SET name = 'Eve' WHERE name IN (SELECT name FROM guest WHERE house = 1);
