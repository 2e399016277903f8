CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE ticket(id INTEGER PRIMARY KEY AUTOINCREMENT, org INTEGER NOT NULL, subject TEXT);
INSERT INTO ticket VALUES (1, 1, 'leak'), (2, 1, 'noise'), (3, 2, 'key lost'), (4, 3, 'draught'), (8, 2, 'to be deleted'), (9, 1, 'to be deleted');
DELETE FROM ticket WHERE id > 4;
CREATE TABLE mail(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, ticket INTEGER NOT NULL, body TEXT);
INSERT INTO mail VALUES (1, 1, 1, 'still wet'), (2, 2, 8, 'about a ticket of old'), (3, 1, 5, 'about another');
