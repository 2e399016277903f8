UPDATE orders SET state = 'sent' WHERE id = 1;
UPDATE users SET email = 'hush-new@post.example' WHERE org = 1;
