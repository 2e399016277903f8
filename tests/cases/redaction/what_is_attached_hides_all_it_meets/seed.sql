CREATE TABLE log(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, msg TEXT, x TEXT);
INSERT INTO log VALUES (1, 1, 'first', 'a'), (2, 2, 'second', 'b');
CREATE TABLE vault(id INTEGER PRIMARY KEY, org INTEGER, token TEXT);
