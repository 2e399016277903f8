CREATE TABLE odd(org INTEGER, rowid TEXT, oid TEXT, _rowid_ TEXT, k TEXT UNIQUE);
INSERT INTO odd VALUES (1, 1, 1, 1, 'a'), (2, 1, 1, 1, 'b');
