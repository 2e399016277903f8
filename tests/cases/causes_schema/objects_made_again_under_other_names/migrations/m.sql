-- Near miss: what the indexes and the trigger did, others do.
CREATE TABLE item_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, sku TEXT NOT NULL, stock INTEGER NOT NULL, note TEXT);
INSERT INTO item_new SELECT id, org, sku, stock, note FROM item;
DROP TABLE item;
ALTER TABLE item_new RENAME TO item;
CREATE UNIQUE INDEX item_org_sku ON "item"("org", "sku");
CREATE INDEX item_stock ON item(stock);
CREATE TRIGGER item_stays BEFORE DELETE ON item BEGIN SELECT RAISE(ABORT, 'kept'); END;
