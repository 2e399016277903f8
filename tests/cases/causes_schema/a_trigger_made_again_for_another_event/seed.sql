CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');
CREATE TABLE item(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, sku TEXT NOT NULL, stock INTEGER NOT NULL, note TEXT);
INSERT INTO item VALUES (1, 1, 'bolt', 40, NULL), (2, 1, 'nut', 35, NULL), (3, 2, 'bolt', 7, 'last'), (4, 3, 'screw', 90, NULL);
CREATE UNIQUE INDEX item_by_sku ON item(org, sku);
CREATE INDEX item_by_stock ON item(stock);
CREATE TRIGGER item_kept BEFORE DELETE ON item BEGIN SELECT RAISE(ABORT, 'kept'); END;
