UPDATE note SET body = 'x', done = 1 WHERE id = 1;
INSERT INTO org VALUES (4, 'Dogwood');
