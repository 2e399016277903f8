-- T14: the same rebuild inside BEGIN gives the one NULL a value, and nothing is left behind.
BEGIN;
CREATE TABLE guest_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL);
INSERT OR FAIL INTO guest_new SELECT id, org, coalesce(name, '?') FROM guest;
DROP TABLE guest;
ALTER TABLE guest_new RENAME TO guest;
COMMIT;
