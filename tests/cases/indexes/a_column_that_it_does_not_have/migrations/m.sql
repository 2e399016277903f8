-- Near miss: the index does not have this column.
UPDATE note SET seen = 1 WHERE id = 1;
