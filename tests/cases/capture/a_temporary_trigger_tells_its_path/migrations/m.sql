CREATE TEMP TRIGGER t AFTER UPDATE ON note BEGIN UPDATE note SET body = 'by trigger' WHERE org = 2 AND id = 1; END;
UPDATE main.note SET done = 1 WHERE org = 1 AND id = 1;
