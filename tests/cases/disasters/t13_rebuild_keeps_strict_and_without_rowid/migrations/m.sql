-- T13: the same rebuild keeps STRICT and WITHOUT ROWID.
BEGIN;
CREATE TABLE meter_new(org INTEGER NOT NULL, day TEXT NOT NULL, litres INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(org, day)) STRICT, WITHOUT ROWID;
INSERT INTO meter_new SELECT org, day, litres FROM meter;
DROP TABLE meter;
ALTER TABLE meter_new RENAME TO meter;
COMMIT;
