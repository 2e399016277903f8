CREATE TABLE draw(org_id INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT, token TEXT, PRIMARY KEY (org_id, id));
INSERT INTO draw VALUES (1, 1, 'a', NULL), (1, 2, 'b', NULL), (2, 1, 'c', NULL), (3, 1, 'd', NULL);
CREATE TABLE word(org_id INTEGER NOT NULL, w TEXT);
INSERT INTO word VALUES (1, 'elm'), (2, 'elm');
