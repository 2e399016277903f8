UPDATE users SET email = 'hush-new@post.example', token = email WHERE org = 1;
UPDATE users SET email = token WHERE org = 2;
