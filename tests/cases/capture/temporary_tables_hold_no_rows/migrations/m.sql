CREATE TEMP TABLE note(org, id, body);
INSERT INTO note VALUES (2, 2, 'temp');
UPDATE note SET body = 'still temp';
UPDATE main.note SET body = 'x' WHERE org = 1 AND id = 1;
