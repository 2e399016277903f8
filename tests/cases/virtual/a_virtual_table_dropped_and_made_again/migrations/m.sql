-- Near miss: what goes and comes with its table is not lost.
BEGIN;
CREATE TABLE kept AS SELECT rowid AS id, body, org FROM f;
DROP TABLE f;
CREATE VIRTUAL TABLE f USING fts5(body, org UNINDEXED, detail = column);
INSERT INTO f(rowid, body, org) SELECT id, body, org FROM kept;
DROP TABLE kept;
COMMIT;
