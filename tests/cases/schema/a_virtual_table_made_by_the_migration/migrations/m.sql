CREATE VIRTUAL TABLE found USING fts5(body);
INSERT INTO found(rowid, body) SELECT rowid, body FROM note;
