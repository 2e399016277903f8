-- Near miss: stock is gone, and what was over it with it.
DROP TRIGGER item_kept;
CREATE TABLE item_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, sku TEXT NOT NULL, note TEXT);
INSERT INTO item_new SELECT id, org, sku, note FROM item;
DROP TABLE item;
ALTER TABLE item_new RENAME TO item;
CREATE UNIQUE INDEX item_by_sku ON item(org, sku);
