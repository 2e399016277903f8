UPDATE users SET email = NULL
WHERE id IN (SELECT id FROM users WHERE email = 'hush-ada@post.example' AND org = 1);
