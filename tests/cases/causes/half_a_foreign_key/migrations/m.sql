UPDATE tasks SET state = 'a' WHERE project_number IN (SELECT number FROM projects WHERE organisation_id = 1);
UPDATE tasks SET state = 'b' WHERE project_number = (SELECT p.number FROM projects AS p WHERE p.name = 'Dell');
UPDATE tasks SET state = 'c' WHERE EXISTS (SELECT 1 FROM projects p WHERE p.number = tasks.project_number AND p.name = 'Hill');
UPDATE tasks SET state = projects.name FROM projects WHERE projects.number = tasks.project_number AND projects.name = 'Quay';
WITH mine AS (SELECT number FROM projects WHERE organisation_id = 1) UPDATE tasks SET state = 'd' WHERE project_number IN (SELECT number FROM mine);
