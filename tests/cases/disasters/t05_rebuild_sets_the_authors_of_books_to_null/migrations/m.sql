-- T5: ON DELETE SET NULL makes the rebuild of author lose no row but the author of every book, beside the declared change of shelf.
BEGIN;
PRAGMA foreign_keys = OFF;
UPDATE book SET shelf = lower(shelf);
CREATE TABLE author_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL, born INTEGER);
INSERT INTO author_new(id, org, name) SELECT id, org, name FROM author;
DROP TABLE author;
ALTER TABLE author_new RENAME TO author;
COMMIT;
