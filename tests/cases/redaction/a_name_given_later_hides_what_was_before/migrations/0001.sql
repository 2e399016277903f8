UPDATE log SET x = (SELECT substr(email, 1, 8) FROM users WHERE users.id = log.id);
UPDATE log SET msg = 'hush-text' WHERE id = 1;
UPDATE users SET name = 'Ada Moss' WHERE id = 1;
ALTER TABLE log RENAME msg TO body;
ALTER TABLE users RENAME TO people;
