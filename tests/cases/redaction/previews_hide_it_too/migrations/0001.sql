UPDATE users SET email = 'hush-new@post.example', name = 'Ada' WHERE email LIKE 'hush-ada%';
INSERT INTO orders SELECT org, id + 20, 'stool', email FROM users WHERE org = 1;
UPDATE orders SET item = 'stool' WHERE item = 'lamp';
DELETE FROM orders WHERE id IN (SELECT id FROM users WHERE email = 'hush-cleo@post.example');
