-- Organizations have projects and people, projects have tasks, tasks have comments: two levels lie between a comment and its tenant.
CREATE TABLE organizations (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE people (id INTEGER PRIMARY KEY, org_id INTEGER NOT NULL REFERENCES organizations, email TEXT NOT NULL, UNIQUE (org_id, email));
CREATE TABLE projects (id INTEGER PRIMARY KEY, org_id INTEGER NOT NULL REFERENCES organizations (id), title TEXT NOT NULL);
CREATE TABLE tasks (id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL REFERENCES projects (id), parent_id INTEGER REFERENCES tasks (id), title TEXT);
CREATE TABLE comments (id INTEGER PRIMARY KEY, task_id INTEGER NOT NULL REFERENCES tasks (id), author_id INTEGER REFERENCES people (id), body TEXT);
CREATE TABLE attachments (id INTEGER PRIMARY KEY, comment_id INTEGER NOT NULL REFERENCES comments (id), path TEXT);
CREATE TABLE currencies (code TEXT PRIMARY KEY, digits INTEGER NOT NULL);
CREATE TABLE schema_log (file TEXT PRIMARY KEY, at TEXT);
CREATE TABLE applied_migrations (file TEXT PRIMARY KEY, at TEXT);
INSERT INTO organizations VALUES (1, 'Alder'), (2, 'Birch');
INSERT INTO people VALUES (1, 1, 'ann@alder.example'), (2, 2, 'bo@birch.example');
INSERT INTO projects VALUES (1, 1, 'Roof'), (2, 2, 'Cellar');
INSERT INTO tasks VALUES (1, 1, NULL, 'Tiles'), (2, 1, 1, 'Gutter'), (3, 2, NULL, 'Pump');
INSERT INTO comments VALUES (1, 1, 1, 'soon'), (2, 3, 2, 'done'), (3, 3, NULL, 'really');
INSERT INTO currencies VALUES ('EUR', 2), ('JPY', 0);
INSERT INTO applied_migrations VALUES ('001-create.sql', '2026-01-01');
