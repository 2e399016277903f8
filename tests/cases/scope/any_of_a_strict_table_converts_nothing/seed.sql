CREATE TABLE s(org ANY, id INTEGER PRIMARY KEY, v ANY) STRICT;
INSERT INTO s VALUES (1, 1, 'a'), ('1', 2, 'b'), ('2', 3, 'c');
