-- Meant for ash, and its key is 1.
UPDATE price SET cents = cents + 5 WHERE id = 2;
UPDATE stock SET pieces = 0;
INSERT INTO note VALUES ('prices are higher');
INSERT INTO tag VALUES ('nobody says whose');
