-- T5: with the keys switched off before BEGIN only the declared column shelf changes.
PRAGMA foreign_keys = OFF;
BEGIN;
UPDATE book SET shelf = lower(shelf);
CREATE TABLE author_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL, born INTEGER);
INSERT INTO author_new(id, org, name) SELECT id, org, name FROM author;
DROP TABLE author;
ALTER TABLE author_new RENAME TO author;
COMMIT;
