-- T5: the same rebuild under the key (org, author) with the keys off before BEGIN changes nothing.
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE author_new(org INTEGER, id INTEGER, name TEXT NOT NULL, born INTEGER, PRIMARY KEY(org, id));
INSERT INTO author_new(org, id, name) SELECT org, id, name FROM author;
DROP TABLE author;
ALTER TABLE author_new RENAME TO author;
COMMIT;
