BEGIN;
UPDATE note SET body = 'x' WHERE id = 1;
CREATE INDEX IF NOT EXISTS by_body ON note(body);
INSERT INTO applied VALUES ('m', unixepoch()) ON CONFLICT DO NOTHING;
COMMIT;
