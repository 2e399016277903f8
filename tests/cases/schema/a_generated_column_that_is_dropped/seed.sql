CREATE TABLE g(id INTEGER PRIMARY KEY, org INTEGER, a INTEGER, w AS (nullif(a, 0) * 2), v AS (nullif(a, a)));
INSERT INTO g VALUES (1, 1, 5), (2, 2, 6), (3, 3, 0);
