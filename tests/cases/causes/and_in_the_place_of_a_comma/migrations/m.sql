UPDATE tasks SET state = 'done' AND code = 'x' WHERE id = 1;
UPDATE tasks SET project_number = 2 AND "state" = 'open', code = 'y' WHERE id = 2;
