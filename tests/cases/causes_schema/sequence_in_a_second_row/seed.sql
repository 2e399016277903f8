CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch');
CREATE TABLE ticket(id INTEGER PRIMARY KEY AUTOINCREMENT, org INTEGER NOT NULL, subject TEXT);
INSERT INTO ticket VALUES (1, 1, 'leak'), (2, 2, 'noise'), (9, 1, 'to be deleted');
DELETE FROM ticket WHERE id = 9;
