-- Near miss.
UPDATE note_search SET body = 'red cherry' WHERE rowid = 1;
