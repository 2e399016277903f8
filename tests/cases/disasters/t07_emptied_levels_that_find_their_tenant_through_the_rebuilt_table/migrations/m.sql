-- T7: the same wipe where the three levels have no tenant column and find their tenant through page, which is away between DROP and RENAME.
BEGIN;
PRAGMA foreign_keys = OFF;
CREATE TABLE page_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, path TEXT NOT NULL DEFAULT '/');
INSERT INTO page_new SELECT id, org, path FROM page;
DROP TABLE page;
ALTER TABLE page_new RENAME TO page;
COMMIT;
