-- Fact: defer_foreign_keys does not stop ON DELETE SET NULL, so every player loses the team.
BEGIN;
PRAGMA defer_foreign_keys = ON;
CREATE TABLE team_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL DEFAULT 'grey');
INSERT INTO team_new SELECT * FROM team;
DROP TABLE team;
ALTER TABLE team_new RENAME TO team;
COMMIT;
