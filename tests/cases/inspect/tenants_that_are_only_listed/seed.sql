CREATE TABLE orgs(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE note(org INTEGER, id INTEGER, body TEXT, PRIMARY KEY(org, id));
CREATE TABLE draft(org INTEGER, id INTEGER, body TEXT);
INSERT INTO orgs VALUES (1, 'Acme'), (2, 'Bolt');
INSERT INTO note VALUES (1, 1, 'a'), (1, 2, 'b');
INSERT INTO draft VALUES (2, 1, 'c');
