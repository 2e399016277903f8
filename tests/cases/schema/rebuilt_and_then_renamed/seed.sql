CREATE TABLE item(id INTEGER PRIMARY KEY, org INTEGER, name TEXT);
CREATE TABLE lot(id INTEGER PRIMARY KEY, org INTEGER, name TEXT);
INSERT INTO item VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c');
INSERT INTO lot VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c');
