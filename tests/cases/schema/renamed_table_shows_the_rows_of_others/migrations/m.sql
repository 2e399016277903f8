ALTER TABLE note RENAME TO memo;
UPDATE memo SET done = 1 WHERE id = 1;
