UPDATE log SET org = (SELECT org FROM users WHERE users.email = log.x || 'hush-post') WHERE x <> 'b' AND id = 7;
UPDATE log SET org = (SELECT u.org FROM users u WHERE u.email = 'hush-ben@post.example') WHERE id = 1;
