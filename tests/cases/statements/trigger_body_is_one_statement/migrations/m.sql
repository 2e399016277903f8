CREATE TRIGGER mark AFTER UPDATE OF body ON note BEGIN
  UPDATE note SET done = CASE WHEN new.body = 'x' THEN 1 ELSE 2 END WHERE org = new.org AND id = new.id;
  SELECT ';';
END;
UPDATE note SET body = 'x' WHERE org = 1;
