CREATE TRIGGER ev_logged AFTER UPDATE ON ev BEGIN
  INSERT INTO log(org, what) VALUES (new.org, 'ev ' || new.id);
END;
CREATE TRIGGER tag_gone AFTER DELETE ON tag BEGIN
  DELETE FROM ev WHERE org = old.org AND kind = old.name;
END;
CREATE TRIGGER plain_read AFTER DELETE ON plain BEGIN
  SELECT 1;
END;
