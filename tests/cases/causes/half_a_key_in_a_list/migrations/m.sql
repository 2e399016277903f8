-- Two numbers of rooms name five rooms of three houses, and one more names one.
UPDATE room SET colour = 'a' WHERE id IN (1, 2);
UPDATE room SET colour = 'b' WHERE id IN (3);
