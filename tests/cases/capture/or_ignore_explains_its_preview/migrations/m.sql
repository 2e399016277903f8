UPDATE OR IGNORE slug SET slug = 'home2' WHERE id IN (1, 2);
