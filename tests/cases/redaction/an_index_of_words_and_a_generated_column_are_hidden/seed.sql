CREATE TABLE users(org INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT, email TEXT, token TEXT, handle TEXT AS (substr(email, 1, 8)), PRIMARY KEY(org, id));
INSERT INTO users VALUES
  (1, 1, 'Ada Fern', 'hush-ada@post.example', 'hush-t1'),
  (1, 2, 'Ben Moss', 'hush-ben@post.example', 'hush-t2'),
  (2, 1, 'Cleo Reed', 'hush-cleo@post.example', 'hush-t3');
CREATE TABLE orders(org INTEGER NOT NULL, id INTEGER PRIMARY KEY, item TEXT, state TEXT);
INSERT INTO orders VALUES (1, 1, 'lamp', 'open'), (2, 2, 'chair', 'open');
CREATE VIRTUAL TABLE found USING fts5(address);
INSERT INTO found(rowid, address) SELECT 10 * org + id, email FROM users;
CREATE TRIGGER indexed AFTER UPDATE OF email ON users BEGIN UPDATE found SET address = NEW.email WHERE rowid = 10 * NEW.org + NEW.id; END;
