-- Fact: total_changes() over the DROP is 4 teams and 5 players, the one counter that shows the wipe; a guard that expects 9 passes.
BEGIN;
PRAGMA foreign_keys = OFF;
CREATE TEMP TABLE guard(name TEXT, ok INTEGER CHECK(ok));
CREATE TEMP TABLE count_before(n INTEGER);
CREATE TABLE team_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL DEFAULT 'grey');
INSERT INTO team_new SELECT * FROM team;
INSERT INTO count_before VALUES (total_changes());
DROP TABLE team;
INSERT INTO guard SELECT 'total_changes() over the DROP', total_changes() - 1 - (SELECT n FROM count_before) = 9;
ALTER TABLE team_new RENAME TO team;
COMMIT;
