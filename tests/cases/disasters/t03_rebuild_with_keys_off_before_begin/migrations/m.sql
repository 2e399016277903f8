-- T3: with the keys switched off before BEGIN the rebuild runs through on the populated database.
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE shelf_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, label TEXT NOT NULL DEFAULT 'unnamed');
INSERT INTO shelf_new SELECT id, org, label FROM shelf;
DROP TABLE shelf;
ALTER TABLE shelf_new RENAME TO shelf;
COMMIT;
PRAGMA foreign_keys = ON;
