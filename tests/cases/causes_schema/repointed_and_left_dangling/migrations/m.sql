-- The old table is dropped behind the copy.
ALTER TABLE recipe RENAME TO recipe_backup;
CREATE TABLE recipe(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL, minutes INTEGER);
INSERT INTO recipe(id, org, name) SELECT id, org, name FROM recipe_backup;
DROP TABLE recipe_backup;
