CREATE VIRTUAL TABLE texts USING fts5(body, content='');
