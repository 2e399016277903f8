CREATE TABLE users(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, email TEXT, name TEXT);
INSERT INTO users VALUES (1, 1, 'hush-ada@post.example', 'Ada Fern'), (2, 2, 'hush-ben@post.example', 'Ben Moss');
CREATE TABLE log(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, msg TEXT, x TEXT);
INSERT INTO log VALUES (1, 1, 'first', 'a'), (2, 2, 'second', 'b');
