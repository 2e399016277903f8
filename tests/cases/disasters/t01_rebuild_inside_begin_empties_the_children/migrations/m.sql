-- T1: a default is changed by a rebuild inside BEGIN, where switching the keys off does nothing, so DROP TABLE cascades to every task.
BEGIN;
PRAGMA foreign_keys = OFF;
CREATE TABLE project_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, title TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'open');
INSERT INTO project_new(id, org, title, state) SELECT id, org, title, iif(org = 2, 'open', state) FROM project;
DROP TABLE project;
ALTER TABLE project_new RENAME TO project;
PRAGMA foreign_keys = ON;
COMMIT;
