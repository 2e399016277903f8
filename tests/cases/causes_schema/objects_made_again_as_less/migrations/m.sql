-- Every name is there again, and what it stands for is less or other.
BEGIN;
CREATE TABLE copy(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, sku TEXT NOT NULL, stock INTEGER NOT NULL, note TEXT);
INSERT INTO copy SELECT id, org, sku, stock, note FROM item;
DROP TABLE item;
ALTER TABLE copy RENAME TO item;
CREATE INDEX item_by_sku ON item(org, sku);
CREATE UNIQUE INDEX item_by_note ON item(org, note) WHERE note <> '';
CREATE UNIQUE INDEX item_by_place ON item(sku, stock);
CREATE UNIQUE INDEX item_by_state ON item(stock, note) WHERE note <> 'lost';
CREATE INDEX item_by_stock ON shelf(stock);
CREATE INDEX item_by_org ON item(note);
CREATE TRIGGER item_told AFTER UPDATE ON item WHEN new.note = 'lost' BEGIN INSERT INTO log VALUES (new.org, 'lost'); END;
CREATE TRIGGER item_set AFTER UPDATE OF stock ON item BEGIN SELECT RAISE(ABORT, 'set'); END;
CREATE TRIGGER item_kept BEFORE DELETE ON shelf BEGIN SELECT RAISE(ABORT, 'kept'); END;
CREATE TRIGGER item_new BEFORE UPDATE ON item BEGIN SELECT RAISE(ABORT, 'closed'); END;
COMMIT;
