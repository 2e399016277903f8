-- Near miss: the view does not give this row, before or after.
UPDATE note SET body = 'red cherry' WHERE id = 1;
