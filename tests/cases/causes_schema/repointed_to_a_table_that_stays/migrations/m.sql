-- The old table is kept as a backup, and step, a view and a trigger keep to it.
ALTER TABLE recipe RENAME TO recipe_backup;
CREATE TABLE recipe(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL, minutes INTEGER);
INSERT INTO recipe(id, org, name) SELECT id, org, name FROM recipe_backup;
