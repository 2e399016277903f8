-- Near miss: the author gives step another table to refer to.
CREATE TABLE dish(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL, minutes INTEGER);
INSERT INTO dish(id, org, name) SELECT id, org, name FROM recipe;
DROP TRIGGER step_needs_recipe;
CREATE TABLE step_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, recipe INTEGER NOT NULL REFERENCES dish(id), text TEXT);
INSERT INTO step_new SELECT * FROM step;
DROP TABLE step;
ALTER TABLE step_new RENAME TO step;
