-- Whose an entry is follows from its rowid alone.
UPDATE note SET body = 'red cherry' WHERE id IN (1, 3);
