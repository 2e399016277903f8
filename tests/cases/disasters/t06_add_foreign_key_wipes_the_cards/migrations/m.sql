-- T6: a foreign key of board is added by a rebuild inside a transaction, and the cards below board are deleted.
BEGIN;
PRAGMA foreign_keys = OFF;
CREATE TABLE board_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, title TEXT NOT NULL, room INTEGER REFERENCES room(id));
INSERT INTO board_new SELECT id, org, title, room FROM board;
DROP TABLE board;
ALTER TABLE board_new RENAME TO board;
PRAGMA foreign_keys = ON;
COMMIT;
