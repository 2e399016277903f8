CREATE TABLE projects(organisation_id INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT, code TEXT UNIQUE, PRIMARY KEY (organisation_id, number));
CREATE TABLE tasks(id INTEGER PRIMARY KEY, organisation_id INTEGER NOT NULL, project_number INTEGER, code TEXT, state TEXT, parent INTEGER,
  FOREIGN KEY (organisation_id, project_number) REFERENCES projects(organisation_id, number));
INSERT INTO projects VALUES (1, 1, 'Mill', 'm'), (1, 2, 'Quay', 'q'), (2, 1, 'Hill', 'h'), (3, 2, 'Dell', 'd');
INSERT INTO tasks VALUES (1, 1, 1, 'm', 'open', NULL), (2, 1, 2, 'q', 'open', 1), (3, 2, 1, 'h', 'open', NULL), (4, 2, 1, 'h', 'done', 3), (5, 3, 2, 'd', 'done', NULL);
