UPDATE users SET email = 'hush-new@post.example', name = 'was hush-ben@post.example' WHERE org = 1 AND id = 2;
