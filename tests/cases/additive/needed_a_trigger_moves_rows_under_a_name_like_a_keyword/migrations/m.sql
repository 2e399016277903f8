CREATE TRIGGER begin AFTER INSERT ON tag BEGIN UPDATE ev SET (kind, org) = ('k', 1) WHERE id = new.id; END;
