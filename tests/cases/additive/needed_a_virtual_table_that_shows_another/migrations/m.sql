CREATE VIRTUAL TABLE terms USING fts5vocab(texts, row);
