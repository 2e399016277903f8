-- Near miss: each lets in no row that it kept out. The column's COLLATE is in the index now, NULL was never kept out.
BEGIN;
CREATE TABLE item_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT, mail TEXT, code TEXT COLLATE RTRIM UNIQUE, slug TEXT, sku TEXT, stock INTEGER, UNIQUE (slug), UNIQUE (stock, sku COLLATE NOCASE));
INSERT INTO item_new SELECT * FROM item;
DROP TABLE item;
ALTER TABLE item_new RENAME TO item;
CREATE UNIQUE INDEX item_by_name ON item(name COLLATE NOCASE DESC, org);
CREATE UNIQUE INDEX item_by_mail ON item((mail) COLLATE NOCASE) WHERE mail IS NOT NULL;
CREATE UNIQUE INDEX item_by_sku ON item(org, sku) WHERE (name = 'A');
CREATE UNIQUE INDEX item_by_stock ON item(stock);
CREATE UNIQUE INDEX item_by_label ON item(name, sku) WHERE sku NOT NULL AND (name IS NOT NULL);
CREATE INDEX item_sorted ON item(org DESC, stock);
CREATE INDEX item_by_org ON item("org", "name" DESC);
COMMIT;
