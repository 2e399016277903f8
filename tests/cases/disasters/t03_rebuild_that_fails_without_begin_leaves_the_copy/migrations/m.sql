-- T3: the same without BEGIN and without the PRAGMA fails at the same DROP and leaves the filled copy shelf_new behind.
CREATE TABLE shelf_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, label TEXT NOT NULL DEFAULT 'unnamed');
INSERT INTO shelf_new SELECT id, org, label FROM shelf;
DROP TABLE shelf;
ALTER TABLE shelf_new RENAME TO shelf;
