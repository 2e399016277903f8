CREATE TABLE users_new(org INTEGER NOT NULL, id INTEGER NOT NULL, email TEXT, PRIMARY KEY(org, id));
INSERT INTO users_new(org, id, email) SELECT org, id, email FROM users;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;
