BEGIN;
UPDATE note SET body = 'x' WHERE id = 1;
COMMIT;
CREATE TABLE IF NOT EXISTS applied(name TEXT PRIMARY KEY, at INTEGER);
INSERT INTO applied VALUES ('m', unixepoch());
