CREATE TABLE session(org INTEGER, token TEXT PRIMARY KEY, seen TEXT);
INSERT INTO session VALUES (1, 'hush-s1', 'monday'), (1, 'hush-s2', 'monday'), (2, 'hush-s3', 'monday');
CREATE TABLE device(org INTEGER, id INTEGER PRIMARY KEY, token TEXT, seen TEXT);
INSERT INTO device VALUES (1, 1, 'hush-d1', 'monday'), (2, 2, 'hush-d2', 'friday');
