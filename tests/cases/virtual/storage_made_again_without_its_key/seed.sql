CREATE VIRTUAL TABLE note_search USING fts5(body, org UNINDEXED);
INSERT INTO note_search VALUES ('red apple', 1), ('blue sky', 2);
