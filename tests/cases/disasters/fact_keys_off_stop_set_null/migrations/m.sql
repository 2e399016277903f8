-- Fact: keys switched off before BEGIN do stop it.
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE team_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL DEFAULT 'grey');
INSERT INTO team_new SELECT * FROM team;
DROP TABLE team;
ALTER TABLE team_new RENAME TO team;
COMMIT;
