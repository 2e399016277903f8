-- T6: rename_column by copying the table out and back in drops the original inside the runner's transaction, and the cards go with it.
PRAGMA foreign_keys = OFF;
CREATE TEMP TABLE board_copy(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, caption TEXT NOT NULL);
INSERT INTO board_copy(id, org, caption) SELECT id, org, title FROM board;
DROP TABLE board;
CREATE TABLE board(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, caption TEXT NOT NULL);
INSERT INTO board(id, org, caption) SELECT id, org, caption FROM board_copy;
DROP TABLE board_copy;
PRAGMA foreign_keys = ON;
