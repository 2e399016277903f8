CREATE TABLE org_name(org INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org_name VALUES (1, 'Ash'), (2, 'Birch');
CREATE VIRTUAL TABLE f USING fts5(body, org UNINDEXED);
INSERT INTO f VALUES ('red fox', 1), ('blue jay', 2);
