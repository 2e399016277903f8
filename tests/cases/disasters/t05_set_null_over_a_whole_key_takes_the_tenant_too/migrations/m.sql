-- T5: SET NULL over the key (org, author) nulls the tenant as well, so four books belong to nobody afterwards.
BEGIN;
PRAGMA foreign_keys = OFF;
CREATE TABLE author_new(org INTEGER, id INTEGER, name TEXT NOT NULL, born INTEGER, PRIMARY KEY(org, id));
INSERT INTO author_new(org, id, name) SELECT org, id, name FROM author;
DROP TABLE author;
ALTER TABLE author_new RENAME TO author;
COMMIT;
