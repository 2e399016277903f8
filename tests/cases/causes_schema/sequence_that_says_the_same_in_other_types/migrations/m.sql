UPDATE sqlite_sequence SET seq = '9' WHERE name = 'a';
UPDATE sqlite_sequence SET seq = 9.0 WHERE name = 'b';
UPDATE sqlite_sequence SET seq = '12' WHERE name = 'c';
-- SQLite finds the first row that is spelled as the table is.
INSERT INTO sqlite_sequence(name, seq) VALUES ('D', 1), ('d', 1);
