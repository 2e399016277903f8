-- T8: outside a transaction, with the keys off and the old meaning of RENAME, workflow keeps pointing at user and keeps its rows.
PRAGMA foreign_keys = OFF;
PRAGMA legacy_alter_table = ON;
BEGIN;
ALTER TABLE user RENAME TO user_old;
CREATE TABLE user(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, email TEXT NOT NULL UNIQUE);
INSERT INTO user SELECT id, org, replace(email, 'birch.example', 'birch.test') FROM user_old;
DROP TABLE user_old;
COMMIT;
PRAGMA legacy_alter_table = OFF;
PRAGMA foreign_keys = ON;
