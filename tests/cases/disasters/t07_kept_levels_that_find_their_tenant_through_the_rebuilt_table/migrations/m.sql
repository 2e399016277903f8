-- T7: the same lookups through page with the keys switched off before BEGIN: one element changes, written while page is away.
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE page_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, path TEXT NOT NULL DEFAULT '/');
INSERT INTO page_new SELECT id, org, path FROM page;
DROP TABLE page;
UPDATE element SET kind = 'grid' WHERE id = 3;
ALTER TABLE page_new RENAME TO page;
COMMIT;
