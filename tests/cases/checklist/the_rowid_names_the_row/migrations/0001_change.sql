UPDATE seat SET price = 11 WHERE rowid IN (SELECT rowid FROM seat WHERE hall_id = 1 AND label = 'A1');
