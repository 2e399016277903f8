-- Near miss: one shelf was to go.
CREATE TABLE shelf_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, label TEXT NOT NULL, changed_at INTEGER);
INSERT INTO shelf_new SELECT id, org, label, changed_at FROM shelf WHERE label <> 'cellar';
DROP TABLE shelf;
ALTER TABLE shelf_new RENAME TO shelf;
