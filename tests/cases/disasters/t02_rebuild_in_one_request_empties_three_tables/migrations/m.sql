-- T2: the server runs the whole request in one transaction, so the rebuild of account empties member, session and login.
PRAGMA foreign_keys = OFF;
CREATE TABLE account_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, email TEXT NOT NULL, locale TEXT);
INSERT INTO account_new(id, org, email) SELECT id, org, email FROM account;
DROP TABLE account;
ALTER TABLE account_new RENAME TO account;
UPDATE account SET locale = 'fi' WHERE org = 3;
PRAGMA foreign_keys = ON;
