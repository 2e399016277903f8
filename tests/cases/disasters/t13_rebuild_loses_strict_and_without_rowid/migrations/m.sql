-- T13: the new table is made without STRICT and WITHOUT ROWID, so from now on litres takes any text.
BEGIN;
CREATE TABLE meter_new(org INTEGER NOT NULL, day TEXT NOT NULL, litres INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(org, day));
INSERT INTO meter_new SELECT org, day, litres FROM meter;
DROP TABLE meter;
ALTER TABLE meter_new RENAME TO meter;
COMMIT;
