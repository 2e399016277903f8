-- No table has a row less, and no search finds anything.
DELETE FROM note_search;
