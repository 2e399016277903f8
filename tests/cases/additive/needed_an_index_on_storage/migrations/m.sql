CREATE INDEX a ON texts_content(c0);
