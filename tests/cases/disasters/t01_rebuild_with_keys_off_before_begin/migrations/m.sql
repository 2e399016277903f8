-- T1: the same rebuild with the keys switched off before BEGIN keeps every task.
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE project_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, title TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'open');
INSERT INTO project_new(id, org, title, state) SELECT id, org, title, iif(org = 2, 'open', state) FROM project;
DROP TABLE project;
ALTER TABLE project_new RENAME TO project;
COMMIT;
PRAGMA foreign_keys = ON;
