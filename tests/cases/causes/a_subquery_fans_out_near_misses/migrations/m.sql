-- Of nobody in particular, negated, or beside the house.
UPDATE guest SET name = 'Eve' WHERE house IN (SELECT id FROM house WHERE name = 'Ash');
UPDATE guest SET name = 'Eva' WHERE name NOT IN (SELECT name FROM guest WHERE house = 1);
UPDATE guest SET name = 'Eve' WHERE house = 3 AND name IN (SELECT name FROM guest WHERE house = 3);
