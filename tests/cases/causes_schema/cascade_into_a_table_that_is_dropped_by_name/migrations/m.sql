-- Near miss: the books go by name in the next statement.
DROP TABLE shelf;
DROP TABLE book;
