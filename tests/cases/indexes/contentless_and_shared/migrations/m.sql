-- The entries are rows of the index, and what was written is a line in the scope.
UPDATE note SET body = 'red cherry' WHERE id = 1;
UPDATE note SET seen = 0 WHERE id = 2;
