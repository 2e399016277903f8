-- SQLite takes each for an integer: 0, 3, 3 and nothing; the rows say the rest.
UPDATE sqlite_sequence SET seq = 'x' WHERE name = 'a';
UPDATE sqlite_sequence SET seq = '3 and more' WHERE name = 'b';
UPDATE sqlite_sequence SET seq = 3.7 WHERE name = 'c';
UPDATE sqlite_sequence SET seq = NULL WHERE name = 'd';
-- The row 9 stands, so the next key is 10 whatever the sequence says.
UPDATE sqlite_sequence SET seq = 1 WHERE name = 'e';
