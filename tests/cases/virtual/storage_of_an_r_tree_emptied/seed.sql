CREATE VIRTUAL TABLE rt USING rtree(id, low, high, +org INTEGER);
INSERT INTO rt VALUES (1, 1, 2, 1), (2, 3, 4, 2);
