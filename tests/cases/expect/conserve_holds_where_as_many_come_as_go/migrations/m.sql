DELETE FROM entry WHERE org = 1 AND note = 2;
INSERT INTO entry VALUES (1, 2, 99);
