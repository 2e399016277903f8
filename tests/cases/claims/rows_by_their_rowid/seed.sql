CREATE TABLE log(org INTEGER NOT NULL, line TEXT);
INSERT INTO log VALUES (1, 'a'), (1, 'b'), (2, 'c');
