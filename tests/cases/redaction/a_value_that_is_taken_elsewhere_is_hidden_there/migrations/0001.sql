CREATE TABLE contact AS SELECT id AS of_user, email AS address FROM users WHERE org = 1;
INSERT INTO orders(org, id, item, state) SELECT org, id + 10 * org, lower(email), name FROM users;
UPDATE orders SET state = (SELECT email FROM users u WHERE u.org = orders.org AND u.id = 1) WHERE id < 10;
ALTER TABLE users RENAME COLUMN email TO mail;
UPDATE users SET mail = mail || '.hush-more' WHERE org = 2;
