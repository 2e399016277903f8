UPDATE room SET colour = 'white';
UPDATE room SET colour = 'white' WHERE label = 'kitchen';
UPDATE room SET colour = 'white' WHERE house = 1;
