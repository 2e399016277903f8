-- T16: the new table is made under another name and renamed last, so step keeps its key.
BEGIN;
CREATE TABLE recipe_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL, minutes INTEGER);
INSERT INTO recipe_new SELECT id, org, name, 30 * id FROM recipe;
DROP TABLE recipe;
ALTER TABLE recipe_new RENAME TO recipe;
COMMIT;
