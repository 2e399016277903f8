CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE project(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, title TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'draft');
INSERT INTO project VALUES (1, 1, 'Roof', 'draft'), (2, 1, 'Gate', 'open'), (3, 2, 'Well', 'draft'), (4, 3, 'Barn', 'done');
CREATE TABLE task(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, project INTEGER NOT NULL REFERENCES project(id) ON DELETE CASCADE, what TEXT);
INSERT INTO task VALUES (1, 1, 1, 'slates'), (2, 1, 1, 'gutter'), (3, 1, 2, 'hinge'), (4, 2, 3, 'pump'), (5, 2, 3, 'rope'), (6, 3, 4, 'door');
