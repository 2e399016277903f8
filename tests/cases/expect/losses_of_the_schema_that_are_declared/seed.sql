CREATE TABLE part(id INTEGER PRIMARY KEY AUTOINCREMENT, org INTEGER NOT NULL, code TEXT NOT NULL COLLATE NOCASE, price INTEGER DEFAULT 0 CHECK (price >= 0), UNIQUE (org, code));
CREATE INDEX part_by_price ON part(price);
CREATE UNIQUE INDEX part_by_code ON part(code);
CREATE TRIGGER part_kept BEFORE DELETE ON part BEGIN SELECT RAISE(ABORT, 'kept'); END;
CREATE TABLE lot(id INTEGER PRIMARY KEY, org INTEGER, code TEXT);
CREATE UNIQUE INDEX lot_by_code ON lot(code);
INSERT INTO part(org, code, price) VALUES (1, 'a', 1), (2, 'b', 2);
