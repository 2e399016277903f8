CREATE INDEX by_body ON note(body);
UPDATE note SET body = NULL WHERE id = 1;
DELETE FROM sequence;
