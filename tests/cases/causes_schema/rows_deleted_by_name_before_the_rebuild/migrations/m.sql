-- Near miss: a DELETE says which rows go, and the copy takes all others.
DELETE FROM shelf WHERE label = 'cellar';
CREATE TABLE shelf_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, label TEXT NOT NULL, changed_at INTEGER);
INSERT INTO shelf_new SELECT id, org, label, changed_at FROM shelf;
DROP TABLE shelf;
ALTER TABLE shelf_new RENAME TO shelf;
