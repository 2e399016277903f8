INSERT INTO users(org, id, email) VALUES (1, 1, 'hush-new@post.example');
