CREATE TABLE loose(id INTEGER PRIMARY KEY, org, v);
INSERT INTO loose VALUES (1, 1, 0), (2, '1', 0), (3, NULL, 0), (4, 'NULL', 0), (5, x'31', 0);
