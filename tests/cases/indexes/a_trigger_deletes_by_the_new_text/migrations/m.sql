-- The entry is written, and finds the row by what it said before.
UPDATE note SET body = 'red cherry' WHERE id = 1;
