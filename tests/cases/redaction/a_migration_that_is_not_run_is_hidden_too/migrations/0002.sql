UPDATE users SET email = 'hush-new@post.example';
UPDATE orders SET item = 'table';
