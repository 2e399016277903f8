UPDATE account SET email = 'hush-new@post.example' WHERE org = 1;
DELETE FROM account WHERE org = 2;
