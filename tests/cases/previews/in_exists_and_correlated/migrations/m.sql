UPDATE note SET body = 'in' WHERE org IN (SELECT id FROM org WHERE name = 'Ash');
UPDATE note SET body = 'exists' WHERE EXISTS (SELECT 1 FROM org o WHERE o.id = note.org AND o.name = 'Birch') AND done = 1;
DELETE FROM note WHERE org = 2 AND id = (SELECT min(n.id) FROM note n WHERE n.org = note.org);
