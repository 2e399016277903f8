-- T3: the keys have no action, so inside BEGIN the DROP of a shelf table that jars refer to fails and everything is taken back.
BEGIN;
PRAGMA foreign_keys = OFF;
CREATE TABLE shelf_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, label TEXT NOT NULL DEFAULT 'unnamed');
INSERT INTO shelf_new SELECT id, org, label FROM shelf;
DROP TABLE shelf;
ALTER TABLE shelf_new RENAME TO shelf;
PRAGMA foreign_keys = ON;
COMMIT;
