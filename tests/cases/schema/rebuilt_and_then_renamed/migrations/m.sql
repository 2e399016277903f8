/* harness: expect
tenants = [3]
[tables.product]
update = 1
columns = ["title"]
[tables.batch]
delete = 1
*/
-- The table goes on under another name, and so do its columns: one row is another, one is gone.
BEGIN;
CREATE TABLE item_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT);
INSERT INTO item_new SELECT * FROM item;
DROP TABLE item;
ALTER TABLE item_new RENAME TO item;
ALTER TABLE item RENAME TO product;
ALTER TABLE product RENAME COLUMN name TO title;
UPDATE product SET title = 'd' WHERE id = 3;
DROP TABLE IF EXISTS lot_new;
ALTER TABLE lot RENAME TO lot_old;
CREATE TABLE lot(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT);
INSERT INTO lot SELECT * FROM lot_old WHERE id < 3;
DROP TABLE lot_old;
ALTER TABLE lot RENAME TO batch;
COMMIT;
