-- Near miss: every entry is written, and is that of its row.
INSERT INTO note_search(note_search) VALUES ('rebuild');
