UPDATE tasks SET state = 'done', code = 'x' WHERE id = 1 AND code = 'm';
UPDATE tasks SET project_number = (1 AND state = 'open') WHERE id = 2;
UPDATE tasks SET project_number = parent AND state = 'open' WHERE id = 3;
UPDATE tasks SET code = 'a' || state WHERE id = 4;
