UPDATE note SET done = 1 WHERE org = 1;
ALTER TABLE note RENAME TO memo;
UPDATE memo SET body = body || '!' WHERE org = 1 AND id = 2;
