-- Every index has its name again and lets in rows that it kept out, or does not sort as it did.
BEGIN;
CREATE TABLE item_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT, mail TEXT, code TEXT, slug TEXT, sku TEXT, stock INTEGER);
INSERT INTO item_new SELECT * FROM item;
DROP TABLE item;
ALTER TABLE item_new RENAME TO item;
CREATE UNIQUE INDEX item_by_name ON item(org, name);
CREATE UNIQUE INDEX item_by_mail ON item(mail);
CREATE UNIQUE INDEX item_by_code ON item(org, code COLLATE NOCASE);
CREATE UNIQUE INDEX item_by_slug ON item(org, slug);
CREATE UNIQUE INDEX item_by_sku ON item(org, sku) WHERE stock > 0 AND stock < 9;
CREATE UNIQUE INDEX item_by_lower ON item(trim(slug));
CREATE INDEX item_by_stock ON item(org, stock);
CREATE INDEX item_sorted ON item(name);
COMMIT;
