CREATE VIRTUAL TABLE it_text USING fts5(label, content='it', content_rowid='id');
