CREATE TRIGGER tag_taken AFTER INSERT ON tag BEGIN INSERT INTO ev(org, id, kind) VALUES (new.org, new.id, 'k') ON CONFLICT(id) DO UPDATE SET org = excluded.org; END;
