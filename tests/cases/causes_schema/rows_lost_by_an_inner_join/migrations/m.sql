-- Books without a shelf find no partner in the join.
CREATE TABLE book_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, shelf INTEGER REFERENCES shelf(id) ON DELETE CASCADE, title TEXT NOT NULL, label TEXT);
INSERT INTO book_new SELECT book.id, book.org, shelf, title, label FROM book JOIN shelf ON shelf.id = shelf;
DROP TABLE book;
ALTER TABLE book_new RENAME TO book;
