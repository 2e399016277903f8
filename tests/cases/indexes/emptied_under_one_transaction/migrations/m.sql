INSERT INTO note_search(note_search) VALUES ('delete-all');
