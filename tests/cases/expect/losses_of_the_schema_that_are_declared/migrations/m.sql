/* harness: expect
tenants = []
[tables.part]
drops = ["UNIQUE (org, code COLLATE NOCASE)", "not null of \"Code\"", "COLLATE nocase of code", "DEFAULT 0 of price",
  "CHECK (price>=0)", "AUTOINCREMENT", "index part_by_price", "index part_by_code", "trigger part_kept"]
[tables.lot]
drops = ["index lot_by_code"]
*/
-- The rebuild is there to drop all of this.
BEGIN;
CREATE TABLE part_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, code TEXT, price INTEGER);
INSERT INTO part_new SELECT id, org, code, price FROM part;
DROP TABLE part;
ALTER TABLE part_new RENAME TO part;
CREATE INDEX part_by_code ON part(code);
DROP INDEX lot_by_code;
CREATE INDEX lot_by_code ON lot(code);
COMMIT;
