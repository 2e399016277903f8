-- Near miss: each is named.
DROP TRIGGER item_kept;
DROP INDEX item_by_sku;
DROP INDEX item_by_stock;
CREATE TABLE item_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, sku TEXT NOT NULL, stock INTEGER NOT NULL, note TEXT);
INSERT INTO item_new SELECT id, org, sku, stock, note FROM item;
DROP TABLE item;
ALTER TABLE item_new RENAME TO item;
