-- T16: renaming recipe away rewrites the key of step to recipe_old, even with the keys off, and recipe_old is then dropped.
BEGIN;
ALTER TABLE recipe RENAME TO recipe_old;
CREATE TABLE recipe(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL, minutes INTEGER);
INSERT INTO recipe SELECT id, org, name, 30 * id FROM recipe_old;
DROP TABLE recipe_old;
COMMIT;
