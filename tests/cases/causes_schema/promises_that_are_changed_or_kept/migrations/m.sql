-- Near miss: another check, a key in another order, another default, the key renamed along.
CREATE TABLE part_new(id INTEGER PRIMARY KEY AUTOINCREMENT, org INTEGER NOT NULL, code TEXT NOT NULL COLLATE NOCASE DEFAULT 'y', kind TEXT REFERENCES kind(name), cents INTEGER CHECK (cents BETWEEN 0 AND 99), lot INTEGER DEFAULT 1, UNIQUE (code, org));
INSERT INTO part_new(id, org, code, kind, cents) SELECT id, org, code, kind, price FROM part;
DROP TABLE part;
ALTER TABLE part_new RENAME TO part;
