CREATE TABLE c(a, org, b, d);
INSERT INTO c SELECT * FROM users;
CREATE TABLE users_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT, email TEXT);
INSERT INTO users_new(id, org, name, email) SELECT id, org, name, email FROM users;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;
UPDATE c SET b = substr(b, 1, 8);
UPDATE users SET name = 'Ada Moss' WHERE id = 1;
