CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');
CREATE TABLE kind(name TEXT PRIMARY KEY);
INSERT INTO kind VALUES ('a'), ('b');
CREATE TABLE part(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  org INTEGER NOT NULL,
  code TEXT NOT NULL COLLATE NOCASE DEFAULT 'x',
  kind TEXT REFERENCES kind(name),
  price INTEGER CHECK (price >= 0),
  UNIQUE (org, code)
);
INSERT INTO part(org, code, kind, price) VALUES (1, 'P', 'a', 1), (1, 'Q', 'b', 2), (2, 'P', 'a', 3), (3, 'R', NULL, 4);
