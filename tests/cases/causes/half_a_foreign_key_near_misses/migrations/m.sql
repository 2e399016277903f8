-- the whole key, the other half beside it, the row by its own key
UPDATE tasks SET state = 'a' WHERE (organisation_id, project_number) IN (SELECT organisation_id, number FROM projects WHERE organisation_id = 1);
UPDATE tasks SET state = 'b' WHERE organisation_id = 1 AND project_number IN (SELECT number FROM projects WHERE organisation_id = 1);
UPDATE tasks SET state = 'c' WHERE id = 4 AND project_number IN (SELECT number FROM projects WHERE organisation_id = 2);
UPDATE tasks SET state = projects.name FROM projects WHERE projects.number = tasks.project_number AND projects.organisation_id = tasks.organisation_id;
-- values that are unique in the table that they come from, and other columns
UPDATE tasks SET state = 'd' WHERE code IN (SELECT code FROM projects WHERE organisation_id = 1);
