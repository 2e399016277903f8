/* harness: expect
tenants = [1, 2]
[tables.late]
insert = 2
[tables.full]
delete = 2
*/
-- Near miss: nothing here depends on rows, or there are some, or the migration made the table or emptied it.
BEGIN;
ALTER TABLE cache ADD COLUMN seen_at TEXT NOT NULL DEFAULT '1970-01-01 00:00:00';
ALTER TABLE cache ADD COLUMN kind TEXT DEFAULT (-1);
ALTER TABLE cache ADD COLUMN owner INTEGER DEFAULT 1 REFERENCES full(id);
ALTER TABLE cache ADD COLUMN twice AS (id * 2);
ALTER TABLE cache DROP COLUMN kind;
CREATE INDEX cache_by_name ON cache(name);
CREATE UNIQUE INDEX full_by_code ON full(code);
ALTER TABLE full ADD COLUMN state TEXT CHECK (state <> '');
INSERT INTO late VALUES (1, 1, 'a'), (2, 2, 'b');
CREATE UNIQUE INDEX late_by_code ON late(code);
CREATE TABLE fresh(id INTEGER PRIMARY KEY, code TEXT);
CREATE UNIQUE INDEX fresh_by_code ON fresh(code);
ALTER TABLE fresh ADD COLUMN state TEXT NOT NULL DEFAULT CURRENT_DATE;
CREATE TABLE part_new(id INTEGER PRIMARY KEY, org INTEGER, code TEXT, note TEXT);
DROP TABLE part;
ALTER TABLE part_new RENAME TO part;
CREATE TABLE lot_new(id INTEGER PRIMARY KEY, org INTEGER, code TEXT, sku TEXT, note TEXT);
DROP TABLE lot;
ALTER TABLE lot_new RENAME TO lot;
CREATE UNIQUE INDEX lot_by_sku ON lot(sku, org);
CREATE UNIQUE INDEX lot_by_code ON lot(code);
DELETE FROM full WHERE id > 0;
ALTER TABLE full ADD COLUMN at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP;
COMMIT;
