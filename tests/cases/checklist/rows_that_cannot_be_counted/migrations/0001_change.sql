INSERT INTO note(rowid, body) VALUES (1, 'a');
