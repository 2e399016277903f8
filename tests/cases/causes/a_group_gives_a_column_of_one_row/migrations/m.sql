-- the one with the largest number, a whole key, an aggregate, the other table's key
INSERT INTO tasks(organisation_id, project_number, code) SELECT organisation_id, max(number), name FROM projects GROUP BY organisation_id;
INSERT INTO tasks(organisation_id, project_number, code) SELECT organisation_id, number, name FROM projects GROUP BY organisation_id, number;
INSERT INTO tasks(organisation_id, parent, code) SELECT organisation_id, count(*), group_concat(name) FROM projects GROUP BY 1;
INSERT INTO tasks(organisation_id, state, parent)
SELECT t.organisation_id, t.state, count(c.id) FROM tasks AS t JOIN tasks AS c ON c.parent = t.id GROUP BY t.id;
