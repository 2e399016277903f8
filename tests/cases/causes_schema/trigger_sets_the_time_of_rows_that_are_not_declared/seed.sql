CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');
CREATE TABLE shelf(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, label TEXT NOT NULL, changed_at INTEGER);
INSERT INTO shelf VALUES (1, 1, 'left', NULL), (2, 1, 'right', NULL), (3, 2, 'top', NULL), (4, 3, 'cellar', NULL);
CREATE TABLE book(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, shelf INTEGER REFERENCES shelf(id) ON DELETE CASCADE, title TEXT NOT NULL);
INSERT INTO book VALUES (1, 1, 1, 'Ants'), (2, 1, 1, 'Bees'), (3, 1, 2, 'Cats'), (4, 2, 3, 'Dogs'), (5, 3, 4, 'Emus');
CREATE TRIGGER shelf_time AFTER UPDATE OF label ON shelf BEGIN UPDATE shelf SET changed_at = 7 WHERE id = new.id; END;
