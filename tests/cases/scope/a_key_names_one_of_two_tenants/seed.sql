CREATE TABLE u(id INTEGER PRIMARY KEY, org, v);
INSERT INTO u VALUES (1, 1, 'a'), (2, '1', 'b');
