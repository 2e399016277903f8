INSERT INTO note(org, id, body) VALUES (1, 1, 'up'), (1, 7, 'new') ON CONFLICT(org, id) DO UPDATE SET body = excluded.body;
