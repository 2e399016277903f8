CREATE TABLE doc(org INTEGER NOT NULL, id INTEGER PRIMARY KEY, body TEXT);
CREATE VIRTUAL TABLE doc_text USING fts5(body, content='doc', content_rowid='id');
CREATE VIRTUAL TABLE words USING fts5(body);
