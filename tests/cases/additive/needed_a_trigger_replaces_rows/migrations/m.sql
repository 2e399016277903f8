CREATE TRIGGER tag_taken AFTER INSERT ON tag BEGIN INSERT OR REPLACE INTO ev(org, id, kind) VALUES (1, new.id, replace(new.name, 'a', 'b')); END;
