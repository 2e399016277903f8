INSERT INTO tasks(organisation_id, state, code) SELECT organisation_id, 'sum', name FROM projects GROUP BY organisation_id;
UPDATE tasks SET code = (SELECT p.name FROM projects AS p WHERE p.organisation_id = tasks.organisation_id GROUP BY p.organisation_id) WHERE id = 1;
