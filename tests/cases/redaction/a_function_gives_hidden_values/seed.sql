CREATE TABLE users(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, email TEXT, name TEXT);
INSERT INTO users VALUES (1, 1, 'hush-ada@post.example', 'Ada Fern'), (2, 2, 'hush-ben@post.example', 'Ben Moss');
CREATE TABLE log(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, msg TEXT, x TEXT);
INSERT INTO log VALUES (1, 1, 'first', 'a'), (2, 2, 'second', 'b');
CREATE TABLE seen(id INTEGER PRIMARY KEY, org INTEGER, word TEXT);
INSERT INTO seen VALUES (1, 1, 'shown'), (2, 2, 'shown too');
CREATE TABLE noted(id INTEGER PRIMARY KEY, org INTEGER, word TEXT);
CREATE TABLE words(id INTEGER PRIMARY KEY, org INTEGER, word TEXT);
CREATE TRIGGER note AFTER UPDATE ON users BEGIN
  INSERT INTO noted(org, word) SELECT NEW.org, value FROM json_each('["' || NEW.email || '"]');
END;
