-- T18: the file begins nothing, but the runner's own transaction is open, so the first line does nothing and every crate aboard is deleted.
PRAGMA foreign_keys = OFF;
CREATE TABLE ship_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL, tons INTEGER NOT NULL DEFAULT 0);
INSERT INTO ship_new(id, org, name) SELECT id, org, name FROM ship;
DROP TABLE ship;
ALTER TABLE ship_new RENAME TO ship;
PRAGMA foreign_keys = ON;
