UPDATE log SET x = 'hush' WHERE id = 1;
