UPDATE log SET x = 'c' WHERE id = 1;
