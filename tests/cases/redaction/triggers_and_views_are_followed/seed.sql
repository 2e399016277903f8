CREATE TABLE users(org INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT, email TEXT, token TEXT, PRIMARY KEY(org, id));
INSERT INTO users VALUES
  (1, 1, 'Ada Fern', 'hush-ada@post.example', 'hush-t1'),
  (1, 2, 'Ben Moss', 'hush-ben@post.example', 'hush-t2'),
  (2, 1, 'Cleo Reed', 'hush-cleo@post.example', 'hush-t3');
CREATE TABLE orders(org INTEGER NOT NULL, id INTEGER PRIMARY KEY, item TEXT, state TEXT);
INSERT INTO orders VALUES (1, 1, 'lamp', 'open'), (2, 2, 'chair', 'open');
CREATE TABLE audit(org INTEGER, n INTEGER PRIMARY KEY, what TEXT, note TEXT);
CREATE TRIGGER audited AFTER UPDATE ON users BEGIN INSERT INTO audit(org, what, note) VALUES (NEW.org, 'changed', OLD.email || ' to ' || NEW.email); END;
CREATE VIEW reach AS SELECT org, id, email AS how FROM users;
CREATE VIEW entry AS SELECT org, name AS address FROM users;
CREATE TRIGGER entered INSTEAD OF INSERT ON entry BEGIN INSERT INTO users VALUES (NEW.org, 9, 'entered', NEW.address, NULL); END;
