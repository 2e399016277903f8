CREATE TABLE item(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT, mail TEXT COLLATE NOCASE, code TEXT UNIQUE, slug TEXT, sku TEXT, stock INTEGER, UNIQUE (org, slug), UNIQUE (sku, stock));
CREATE UNIQUE INDEX item_by_name ON item(org, name);
CREATE UNIQUE INDEX item_by_mail ON item(mail);
CREATE UNIQUE INDEX item_by_sku ON item(org, sku) WHERE stock > 0 AND name = 'A';
CREATE UNIQUE INDEX item_by_stock ON item(stock, name) WHERE stock <> 0;
CREATE UNIQUE INDEX item_by_label ON item(name, sku);
CREATE INDEX item_sorted ON item(org, stock DESC);
CREATE INDEX item_by_org ON item(org, name DESC);
INSERT INTO item VALUES (1, 1, 'Kim', 'kim@ash.example', 'a', 'bolt', 's1', 4), (2, 2, 'Lea', 'lea@birch.example', 'b', 'nut', 's2', 0);
