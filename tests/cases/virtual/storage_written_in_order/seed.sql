CREATE VIRTUAL TABLE note_search USING fts4(body, org);
INSERT INTO note_search VALUES ('red apple', 1);
