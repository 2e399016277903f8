UPDATE room SET colour = 'red' WHERE house = 1;
UPDATE door SET locked = '0', side = side WHERE house = 3;
