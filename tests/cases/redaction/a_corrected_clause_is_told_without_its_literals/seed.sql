CREATE TABLE users(org INTEGER NOT NULL, id INTEGER NOT NULL, email TEXT, PRIMARY KEY(org, id));
INSERT INTO users VALUES (1, 1, 'hush-ada@post.example'), (2, 1, 'hush-cleo@post.example');
