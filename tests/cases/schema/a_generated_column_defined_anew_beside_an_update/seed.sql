CREATE TABLE g(id INTEGER PRIMARY KEY, org INTEGER, a INTEGER, n TEXT, w AS (a * 2), v AS (w + 1));
INSERT INTO g VALUES (1, 1, 5, 'x'), (2, 2, 6, 'y'), (3, 2, 0, 'z');
