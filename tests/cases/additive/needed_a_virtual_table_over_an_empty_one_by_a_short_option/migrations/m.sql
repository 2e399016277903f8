CREATE VIRTUAL TABLE log_text USING fts5(what, con='log');
