CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE item(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, sku TEXT NOT NULL, stock INTEGER NOT NULL);
INSERT INTO item VALUES (1, 1, 'bolt', 40), (2, 1, 'nut', 35), (3, 2, 'bolt', 7), (4, 3, 'screw', 90);
CREATE TABLE ledger(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, item INTEGER NOT NULL, was INTEGER, became INTEGER);
CREATE UNIQUE INDEX item_by_sku ON item(org, sku);
CREATE INDEX item_by_stock ON item(stock);
CREATE TRIGGER item_ledger AFTER UPDATE OF stock ON item BEGIN
  INSERT INTO ledger(org, item, was, became) VALUES (old.org, old.id, old.stock, new.stock);
END;
CREATE VIEW low_stock AS SELECT org, sku FROM item WHERE stock < 10;
