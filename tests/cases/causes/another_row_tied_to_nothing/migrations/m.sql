UPDATE tasks SET state = 'a' WHERE EXISTS (SELECT 1 FROM tasks AS t WHERE t.state = 'done');
-- the table within the subquery hides the row outside
UPDATE tasks SET state = 'b' WHERE EXISTS (SELECT 1 FROM tasks WHERE tasks.parent = id);
UPDATE tasks SET state = 'b' WHERE EXISTS (SELECT 1 FROM tasks WHERE tasks.id = id);
UPDATE tasks SET code = o.code FROM tasks AS o WHERE o.parent = 3 AND tasks.state = 'b';
