UPDATE account SET email = 'hush-new@post.example' WHERE org = 1;
