-- Near miss: the same in other words, under the names that the columns have now; unique now, or for all rows; or dropped by name.
BEGIN;
DROP TRIGGER item_new;
CREATE TABLE copy(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, sku TEXT NOT NULL, stock INTEGER NOT NULL, note TEXT);
INSERT INTO copy SELECT id, org, sku, stock, note FROM item;
DROP TABLE item;
ALTER TABLE copy RENAME TO item;
ALTER TABLE item RENAME COLUMN note TO remark;
CREATE UNIQUE INDEX IF NOT EXISTS "item_by_sku" ON [item] ("org", "SKU");
create unique index item_by_note on item(org, remark) -- as before
  where remark = 'Last';
CREATE UNIQUE INDEX item_by_place ON item(org, stock);
CREATE INDEX item_by_stock ON item("stock");
CREATE UNIQUE INDEX item_by_org ON item(org, sku);
CREATE TRIGGER item_told AFTER UPDATE ON "item" FOR EACH ROW WHEN NEW."remark" = 'Lost' BEGIN
  INSERT INTO "log" VALUES (NEW.org, NEW.remark);
END;
CREATE TRIGGER item_kept BEFORE DELETE ON item BEGIN SELECT raise(ABORT, 'kept'); END;
CREATE TRIGGER item_new AFTER INSERT ON item BEGIN INSERT INTO log VALUES (new.org, 'new'); END;
COMMIT;
