-- hush-comment: not for a report
BEGIN;
UPDATE users SET email = 'hush-new@post.example', name = 'Ada Moss' WHERE org = 1 AND id = 1; -- hush-behind
INSERT INTO users VALUES (2, 2, 'Dora Elm', 'hush-dora@post.example', 'hush-t4');
DELETE FROM users WHERE email = 'hush-ben@post.example' /* hush-within */;
UPDATE orders SET state = 'sent' WHERE org = 1 AND item = 'lamp';
COMMIT;
