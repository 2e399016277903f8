UPDATE hall SET name = 'Ash' WHERE id = 1;
