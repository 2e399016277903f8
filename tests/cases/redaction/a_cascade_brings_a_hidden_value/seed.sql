CREATE TABLE account(org INTEGER, email TEXT UNIQUE);
INSERT INTO account VALUES (1, 'hush-ada@post.example'), (2, 'hush-cleo@post.example');
CREATE TABLE login(org INTEGER, n INTEGER PRIMARY KEY, who TEXT REFERENCES account(email) ON UPDATE CASCADE, at TEXT);
INSERT INTO login VALUES (1, 1, 'hush-ada@post.example', 'monday'), (2, 2, 'hush-cleo@post.example', 'friday');
