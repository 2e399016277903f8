CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');
CREATE TABLE recipe(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL);
INSERT INTO recipe VALUES (1, 1, 'soup'), (2, 2, 'bread'), (3, 3, 'jam');
CREATE TABLE step(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, recipe INTEGER NOT NULL REFERENCES recipe(id), text TEXT);
INSERT INTO step VALUES (1, 1, 1, 'chop'), (2, 1, 1, 'boil'), (3, 2, 2, 'knead'), (4, 3, 3, 'stir');
CREATE VIEW recipe_names AS SELECT org, name FROM recipe;
CREATE TRIGGER step_needs_recipe BEFORE INSERT ON step WHEN NOT EXISTS (SELECT 1 FROM recipe WHERE id = new.recipe) BEGIN SELECT RAISE(ABORT, 'no recipe'); END;
