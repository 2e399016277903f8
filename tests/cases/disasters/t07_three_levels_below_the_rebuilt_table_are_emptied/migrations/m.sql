-- T7: page comes out of its rebuild untouched while element, ingredient and note, which no statement names, are emptied one through the other.
BEGIN;
PRAGMA foreign_keys = OFF;
CREATE TABLE page_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, path TEXT NOT NULL DEFAULT '/');
INSERT INTO page_new SELECT id, org, path FROM page;
DROP TABLE page;
ALTER TABLE page_new RENAME TO page;
COMMIT;
