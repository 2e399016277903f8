UPDATE room SET colour = 'white' WHERE label = 'kitchen';
DELETE FROM guest WHERE name = 'Zoe';
