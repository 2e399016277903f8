CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE account(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, email TEXT NOT NULL);
INSERT INTO account VALUES (1, 1, 'ada@ash.example'), (2, 1, 'ben@ash.example'), (3, 2, 'cleo@birch.example'), (4, 3, 'dov@cedar.example');
CREATE TABLE member(account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE, team TEXT NOT NULL, org INTEGER NOT NULL, PRIMARY KEY(account, team));
INSERT INTO member VALUES (1, 'ops', 1), (1, 'field', 1), (2, 'ops', 1), (3, 'ops', 2), (4, 'field', 3);
CREATE TABLE session(token TEXT PRIMARY KEY, org INTEGER NOT NULL, account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE);
INSERT INTO session VALUES ('s-a1', 1, 1), ('s-b1', 2, 3), ('s-b2', 2, 3);
CREATE TABLE login(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, account INTEGER NOT NULL REFERENCES account(id) ON DELETE CASCADE, provider TEXT);
INSERT INTO login VALUES (1, 1, 1, 'mail'), (2, 1, 2, 'mail'), (3, 2, 3, 'badge'), (4, 3, 4, 'mail');
