CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE user(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, email TEXT NOT NULL);
INSERT INTO user VALUES (1, 1, 'ivo@ash.example'), (2, 2, 'juna@birch.example'), (3, 2, 'karl@birch.example'), (4, 3, 'lotte@cedar.example');
CREATE TABLE workflow(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, owner INTEGER NOT NULL REFERENCES user(id) ON DELETE CASCADE, name TEXT);
INSERT INTO workflow VALUES (1, 1, 1, 'daily mail'), (2, 2, 2, 'stock'), (3, 2, 2, 'orders'), (4, 2, 3, 'refunds'), (5, 3, 4, 'backup');
