-- Fact: the same guards pass just as well where the keys were off and every player stayed.
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TEMP TABLE guard(name TEXT, ok INTEGER CHECK(ok));
CREATE TABLE team_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL DEFAULT 'grey');
INSERT INTO team_new SELECT * FROM team;
DROP TABLE team;
INSERT INTO guard SELECT 'changes() still counts the copying', changes() = 4;
ALTER TABLE team_new RENAME TO team;
INSERT INTO guard SELECT 'no key is broken', (SELECT count(*) FROM pragma_foreign_key_check) = 0;
DROP TABLE guard;
COMMIT;
