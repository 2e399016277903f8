-- Two tenants may have the code 'a' from now on, and the lot 10.
BEGIN;
CREATE TABLE part_new(code TEXT NOT NULL, org INTEGER NOT NULL, lot INTEGER NOT NULL, PRIMARY KEY (org, code));
INSERT INTO part_new SELECT code, org, lot FROM part;
DROP TABLE part;
ALTER TABLE part_new RENAME TO part;
CREATE UNIQUE INDEX part_by_lot ON part(lot) WHERE org > 1;
COMMIT;
