UPDATE users SET email = 'hush-new@post.example' WHERE org = 1 AND id = 1;
UPDATE orders SET state = 'sent' WHERE id = 1;
