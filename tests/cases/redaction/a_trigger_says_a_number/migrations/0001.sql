UPDATE log SET x = x + 1 WHERE id = 1;
