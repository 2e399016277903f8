-- T3: the same rebuild passes on a database whose jar table is empty, which is why the author never saw it fail.
BEGIN;
PRAGMA foreign_keys = OFF;
CREATE TABLE shelf_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, label TEXT NOT NULL DEFAULT 'unnamed');
INSERT INTO shelf_new SELECT id, org, label FROM shelf;
DROP TABLE shelf;
ALTER TABLE shelf_new RENAME TO shelf;
PRAGMA foreign_keys = ON;
COMMIT;
