-- As many arrive as were there, under other keys: a warning.
CREATE TABLE shelf_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, label TEXT NOT NULL, changed_at INTEGER);
INSERT INTO shelf_new SELECT id + 100, org, label, changed_at FROM shelf;
DROP TABLE shelf;
ALTER TABLE shelf_new RENAME TO shelf;
