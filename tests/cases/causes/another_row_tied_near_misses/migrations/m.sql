UPDATE tasks SET state = 'a' WHERE EXISTS (SELECT 1 FROM tasks AS t WHERE t.parent = tasks.id);
UPDATE tasks SET state = 'b' WHERE EXISTS (SELECT 1 FROM tasks AS t WHERE t.id = 5 AND t.state = 'done') AND organisation_id = 3;
UPDATE tasks AS c SET code = p.code FROM tasks AS p WHERE p.id = c.parent;
UPDATE tasks SET code = o.code FROM tasks AS o WHERE o.id = 1 AND tasks.organisation_id = 1;
UPDATE tasks SET state = 'c' WHERE organisation_id = 1 AND EXISTS (SELECT 1 FROM projects WHERE name = 'Mill');
UPDATE tasks SET state = 'd' WHERE NOT EXISTS (SELECT 1 FROM tasks AS t WHERE t.state = 'lost') AND id = 2;
