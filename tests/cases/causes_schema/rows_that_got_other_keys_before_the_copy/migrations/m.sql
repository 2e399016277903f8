BEGIN;
UPDATE guest SET name = name || '_2' WHERE org = 2 AND name = 'bea';
CREATE TABLE guest_n(name TEXT COLLATE NOCASE PRIMARY KEY NOT NULL, org INTEGER NOT NULL, prefs TEXT) WITHOUT ROWID;
INSERT INTO guest_n SELECT name, org, prefs FROM guest;
DROP TABLE guest;
ALTER TABLE guest_n RENAME TO guest;
COMMIT;
