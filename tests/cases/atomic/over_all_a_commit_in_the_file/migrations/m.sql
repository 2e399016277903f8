UPDATE note SET body = 'x' WHERE id = 1;
COMMIT;
BEGIN;
INSERT INTO applied VALUES ('m', unixepoch());
