CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');
CREATE TABLE ticket(id INTEGER PRIMARY KEY AUTOINCREMENT, org INTEGER NOT NULL, subject TEXT);
INSERT INTO ticket VALUES (1, 1, 'leak'), (2, 1, 'noise'), (3, 2, 'key lost'), (4, 3, 'draught'), (5, 1, 'to be deleted');
DELETE FROM ticket WHERE id = 5;
