UPDATE users SET name = 'hush-new', email = name WHERE id = 1;
INSERT INTO orders(org, id, item, state) SELECT org, 7, 'hush-x', X'68757368' FROM users WHERE name = 'hush-new' AND org = 1;
