CREATE TABLE users(org INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT, email TEXT, token TEXT, PRIMARY KEY(org, id));
INSERT INTO users VALUES
  (1, 1, 'Ada Fern', 'hush-ada@post.example', 'hush-t1'),
  (1, 2, 'Ben Moss', 'hush-ben@post.example', 'hush-t2'),
  (2, 1, 'Cleo Reed', 'hush-cleo@post.example', 'hush-t3');
CREATE TABLE orders(org INTEGER NOT NULL, id INTEGER PRIMARY KEY, item TEXT, state TEXT);
INSERT INTO orders VALUES (1, 1, 'lamp', 'open'), (2, 2, 'chair', 'open');
