CREATE VIEW shown AS SELECT id, label FROM it;
CREATE VIRTUAL TABLE it_text USING fts5(label, content='shown', content_rowid='id');
