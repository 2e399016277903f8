UPDATE users SET email = 'x' WHERE org = 1;
