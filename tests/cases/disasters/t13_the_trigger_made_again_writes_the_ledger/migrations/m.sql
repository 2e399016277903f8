-- T13: the stock is corrected after a rebuild that made the trigger again, and the ledger has its row.
BEGIN;
DROP VIEW low_stock;
CREATE TABLE item_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, sku TEXT NOT NULL, stock INTEGER NOT NULL DEFAULT 0);
INSERT INTO item_new SELECT id, org, sku, stock FROM item;
DROP TABLE item;
ALTER TABLE item_new RENAME TO item;
CREATE UNIQUE INDEX item_by_sku ON item(org, sku);
CREATE INDEX item_by_stock ON item(stock);
CREATE TRIGGER item_ledger AFTER UPDATE OF stock ON item BEGIN
  INSERT INTO ledger(org, item, was, became) VALUES (old.org, old.id, old.stock, new.stock);
END;
CREATE VIEW low_stock AS SELECT org, sku FROM item WHERE stock < 10;
UPDATE item SET stock = stock + 5 WHERE org = 2 AND sku = 'bolt';
COMMIT;
