BEGIN;
UPDATE note SET body = 'x';
COMMIT;
INSERT INTO applied VALUES ('m', unixepoch());
