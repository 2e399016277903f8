-- What the text leaves out may be forgotten; what it adds is said.
BEGIN;
DROP INDEX item_by_name;
DROP INDEX item_by_slug;
DROP INDEX item_by_sku;
DROP INDEX item_named;
ALTER TABLE item RENAME COLUMN name TO title;
CREATE INDEX item_by_name ON item(org, title);
CREATE UNIQUE INDEX item_by_slug ON item(org, slug);
CREATE UNIQUE INDEX item_by_sku ON item(org, sku);
CREATE UNIQUE INDEX item_named ON item(title, sku) WHERE org > 1;
COMMIT;
