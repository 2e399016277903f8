UPDATE note SET body = o.name FROM org AS o WHERE o.id = note.org AND o.name = 'Ash' RETURNING body;
UPDATE note AS n SET body = o.name || p.name FROM org o JOIN org p ON p.id = o.id + 1 WHERE o.id = n.org AND o.id = 2 AND n.id = 1;
