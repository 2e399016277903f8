UPDATE note SET (body, done) = ('x', done + 1) WHERE (org, id) = (1, 1);
UPDATE note SET (body, done) = (SELECT name, id FROM org WHERE org.id = note.org) WHERE (org, id) IN (VALUES (1, 2));
