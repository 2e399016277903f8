INSERT INTO log(org, msg) SELECT org, value FROM users, json_each(json_array(email));
UPDATE log SET x = value FROM users u, json_each(json_array(u.email)) WHERE u.id = log.id;
UPDATE seen SET word = 'x' WHERE org = 1;
UPDATE users SET email = email || '.hush' WHERE id = 1;
INSERT INTO words(org, word) SELECT org, value FROM users, json_each(json_array(name));
