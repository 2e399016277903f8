BEGIN;
UPDATE users SET name = 'hush-new' WHERE id = 1;
INSERT INTO orders SELECT org, 100 * org + id, 'hush-' || name, TRUE FROM users WHERE id < 2.5e1;
PRAGMA user_version = 4711;
COMMIT;
