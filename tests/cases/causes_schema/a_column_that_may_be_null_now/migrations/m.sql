-- What many rebuilds are for: a warning, and no more.
CREATE TABLE part_new(id INTEGER PRIMARY KEY AUTOINCREMENT, org INTEGER NOT NULL, code TEXT COLLATE NOCASE DEFAULT 'x', kind TEXT REFERENCES kind(name), price INTEGER CHECK (price >= 0), UNIQUE (org, code));
INSERT INTO part_new SELECT id, org, code, kind, price FROM part;
DROP TABLE part;
ALTER TABLE part_new RENAME TO part;
