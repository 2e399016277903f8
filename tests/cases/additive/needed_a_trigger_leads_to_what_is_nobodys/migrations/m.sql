CREATE TRIGGER tag_noted AFTER UPDATE ON tag BEGIN INSERT INTO log(org, what) VALUES (new.org, new.name); END;
