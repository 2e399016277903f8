-- Near miss: what was written before the copy keeps its key, and does not come.
BEGIN;
UPDATE guest SET prefs = 'none' WHERE org = 2 AND name = 'bea';
CREATE TABLE guest_n(name TEXT PRIMARY KEY NOT NULL, org INTEGER NOT NULL, prefs TEXT) WITHOUT ROWID;
INSERT INTO guest_n SELECT name, org, prefs FROM guest WHERE prefs <> 'none';
DROP TABLE guest;
ALTER TABLE guest_n RENAME TO guest;
COMMIT;
