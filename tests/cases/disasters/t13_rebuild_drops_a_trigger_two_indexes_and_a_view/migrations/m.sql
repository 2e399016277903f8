-- T13: the DROP inside the rebuild takes a trigger and two indexes along that no statement names, and the view that had to go first is not made again.
BEGIN;
DROP VIEW low_stock;
CREATE TABLE item_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, sku TEXT NOT NULL, stock INTEGER NOT NULL DEFAULT 0);
INSERT INTO item_new SELECT id, org, sku, stock FROM item;
DROP TABLE item;
ALTER TABLE item_new RENAME TO item;
COMMIT;
