CREATE VIRTUAL TABLE note_search USING fts5(body, content='note', content_rowid='id');
