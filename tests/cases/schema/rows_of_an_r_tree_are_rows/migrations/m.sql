UPDATE area SET x1 = x1 + 1 WHERE org = 1;
DELETE FROM area WHERE id = 3;
