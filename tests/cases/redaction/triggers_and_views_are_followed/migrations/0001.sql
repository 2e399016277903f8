UPDATE users SET email = 'hush-new@post.example' WHERE org = 1 AND id = 1;
INSERT INTO entry(org, address) VALUES (2, 'hush-entry@post.example');
INSERT INTO orders SELECT 1, 30, how, 'new' FROM reach WHERE id = 2;
