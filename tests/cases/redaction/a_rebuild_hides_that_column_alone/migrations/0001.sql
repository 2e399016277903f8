CREATE TABLE users_new(org INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT, email TEXT, token TEXT, PRIMARY KEY(org, id));
INSERT INTO users_new SELECT * FROM users;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;
UPDATE users SET name = upper(name) WHERE org = 1;
