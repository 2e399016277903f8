-- Nothing but the whole says whether the entries are those of rows without a rowid.
UPDATE note SET body = 'red cherry' WHERE id = 1;
