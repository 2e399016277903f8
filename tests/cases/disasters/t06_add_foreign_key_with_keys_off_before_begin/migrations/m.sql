-- T6: the same foreign key added with the keys switched off before BEGIN keeps the cards.
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE board_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, title TEXT NOT NULL, room INTEGER REFERENCES room(id));
INSERT INTO board_new SELECT id, org, title, room FROM board;
DROP TABLE board;
ALTER TABLE board_new RENAME TO board;
COMMIT;
PRAGMA foreign_keys = ON;
