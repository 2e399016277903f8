CREATE TABLE users(org INTEGER NOT NULL, id INTEGER NOT NULL, email TEXT DEFAULT 'hush-none@post.example' CHECK (email <> 'hush-root@post.example'), PRIMARY KEY(org, id));
CREATE INDEX some ON users(email) WHERE email <> 'hush-none@post.example';
INSERT INTO users VALUES (1, 1, 'hush-ada@post.example'), (2, 1, 'hush-cleo@post.example');
CREATE TABLE orders(org INTEGER NOT NULL, id INTEGER PRIMARY KEY, item TEXT);
