CREATE TABLE note(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, body TEXT, seen INTEGER NOT NULL DEFAULT 0);
INSERT INTO note VALUES (1, 1, 'red apple', 0), (2, 1, 'green pear', 1), (3, 2, 'red plum', 0), (4, 3, 'blue sky', 1);
CREATE VIRTUAL TABLE note_search USING fts5(body, content='note', content_rowid='id');
INSERT INTO note_search(note_search) VALUES ('rebuild');
