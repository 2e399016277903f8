-- Near miss: dropped by name for good, made again as strict, renamed along, made for another table.
BEGIN;
DROP INDEX item_by_name;
DROP INDEX item_by_slug;
DROP INDEX item_by_sku;
ALTER TABLE item RENAME COLUMN name TO title;
ALTER TABLE item RENAME TO thing;
CREATE UNIQUE INDEX item_by_slug ON thing(slug COLLATE NOCASE);
CREATE UNIQUE INDEX thing_by_sku ON thing(org, sku);
CREATE TABLE label(org INTEGER, name TEXT);
CREATE INDEX item_by_name ON label(org, name);
COMMIT;
