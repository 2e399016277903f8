CREATE TABLE item(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT, slug TEXT, sku TEXT);
CREATE UNIQUE INDEX item_by_name ON item(org, name);
CREATE UNIQUE INDEX item_by_slug ON item(org, slug COLLATE NOCASE);
CREATE UNIQUE INDEX item_by_sku ON item(sku);
CREATE UNIQUE INDEX item_named ON item(name, sku);
INSERT INTO item VALUES (1, 1, 'Kim', 'bolt', 's1'), (2, 2, 'Lea', 'nut', 's2');
