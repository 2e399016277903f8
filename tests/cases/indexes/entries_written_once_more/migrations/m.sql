-- In step after one run; a second run writes every entry again.
INSERT INTO note_search(rowid, body) SELECT id, body FROM note;
