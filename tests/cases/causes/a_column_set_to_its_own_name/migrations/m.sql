UPDATE room SET label = 'label' WHERE house = 3 AND id = 3;
UPDATE room SET Colour = upper('colour') WHERE house = 3;
