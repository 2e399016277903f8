-- T7: the same rebuild of page with the keys switched off before BEGIN leaves the three levels as they are.
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE page_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, path TEXT NOT NULL DEFAULT '/');
INSERT INTO page_new SELECT id, org, path FROM page;
DROP TABLE page;
ALTER TABLE page_new RENAME TO page;
COMMIT;
