BEGIN;
CREATE TABLE creds(id INTEGER PRIMARY KEY, org INTEGER, token TEXT);
INSERT INTO creds VALUES (1, 1, 'hush-creds');
ALTER TABLE log ADD COLUMN token TEXT;
UPDATE log SET token = 'hush-log';
UPDATE users SET name = 'Ada Moss' WHERE id = 1;
INSERT INTO nosuch VALUES (1);
COMMIT;
