CREATE TABLE room(org INTEGER NOT NULL, door TEXT COLLATE NOCASE, n, PRIMARY KEY(org, door));
INSERT INTO room VALUES (1, '007', 1), (1, 'Hall', 2), (1, NULL, 3), (2, '7', 4);
