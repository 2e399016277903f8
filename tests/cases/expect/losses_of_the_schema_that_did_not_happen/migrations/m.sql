/* harness: expect
tenants = []
[tables.part]
drops = ["UNIQUE (org)", "NOT NULL of price", "index part_by_code", "COLLATE nocase of code"]
[tables.lot]
drops = ["index lot_by_code"]
*/
-- What is lost is not what is declared, and the rest is lost without a word.
BEGIN;
CREATE TABLE part_new(id INTEGER PRIMARY KEY AUTOINCREMENT, org INTEGER NOT NULL, code TEXT NOT NULL, price INTEGER DEFAULT 0);
INSERT INTO part_new SELECT id, org, code, price FROM part;
DROP TABLE part;
ALTER TABLE part_new RENAME TO part;
CREATE INDEX part_by_price ON part(price);
CREATE UNIQUE INDEX part_by_code ON part(code COLLATE NOCASE);
CREATE TRIGGER part_kept BEFORE DELETE ON part BEGIN SELECT RAISE(ABORT, 'kept'); END;
COMMIT;
