-- Tables whose foreign keys do not settle whose their rows are, each for another reason.
CREATE TABLE accounts (id INTEGER PRIMARY KEY, label TEXT);
CREATE TABLE wallets (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES accounts (id));
CREATE TABLE cards (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES accounts (id));
CREATE TABLE transfers (id INTEGER PRIMARY KEY, source INTEGER REFERENCES wallets (id), target INTEGER REFERENCES wallets (id));
CREATE TABLE receipts (id INTEGER PRIMARY KEY, wallet INTEGER REFERENCES wallets (id), card INTEGER REFERENCES cards (id));
CREATE TABLE payments (id INTEGER PRIMARY KEY, wallet INTEGER REFERENCES wallets (id), card INTEGER REFERENCES cards (id));
CREATE TABLE notes (id INTEGER PRIMARY KEY, wallet INTEGER REFERENCES wallets (id));
CREATE TABLE lost (id INTEGER PRIMARY KEY, wallet INTEGER REFERENCES wallets (id));
CREATE TABLE account (id INTEGER PRIMARY KEY, nickname TEXT);
CREATE VIRTUAL TABLE notes_text USING fts5(body);
INSERT INTO accounts VALUES (1, 'a'), (2, 'b');
INSERT INTO wallets VALUES (1, 1), (2, 2);
INSERT INTO cards VALUES (1, 1), (2, 2);
INSERT INTO transfers VALUES (1, 1, 1), (2, 1, 2);
INSERT INTO payments VALUES (1, 1, 1), (2, 2, 2), (3, 2, NULL);
INSERT INTO notes VALUES (1, 1), (2, NULL);
INSERT INTO lost VALUES (1, 1), (2, 99);
INSERT INTO cards VALUES (3, 2);
