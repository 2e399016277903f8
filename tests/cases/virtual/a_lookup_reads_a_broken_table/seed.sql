CREATE VIRTUAL TABLE f USING fts5(body, org UNINDEXED);
INSERT INTO f VALUES ('red fox', 1), ('blue jay', 2);
CREATE TABLE item(id INTEGER PRIMARY KEY, label TEXT);
INSERT INTO item VALUES (1, 'a'), (2, 'b');
