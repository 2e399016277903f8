CREATE TABLE price(org TEXT NOT NULL, id INTEGER NOT NULL, cents INTEGER NOT NULL, PRIMARY KEY(org, id));
INSERT INTO price VALUES ('ash', 1, 100), ('shared', 2, 200);
CREATE TABLE stock(org TEXT, id INTEGER PRIMARY KEY, pieces INTEGER NOT NULL);
INSERT INTO stock VALUES ('unassigned', 1, 10), ('ambiguous', 2, 20), ('nothing', 3, 30), ('shared', 4, 40), (NULL, 5, 50), ('NULL', 6, 60);
CREATE TABLE note(body TEXT);
CREATE TABLE tag(word TEXT);
