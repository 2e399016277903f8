-- The rows say it, and a search does not.
UPDATE note_search_content SET c0 = 'red cherry' WHERE id = 1;
