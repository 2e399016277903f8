-- Fact: PRAGMA foreign_keys = OFF inside a transaction leaves the keys on, so replacing a team by DELETE and INSERT deletes its players.
BEGIN;
PRAGMA foreign_keys = OFF;
DELETE FROM team WHERE id = 2;
INSERT INTO team VALUES (2, 2, 'azure');
COMMIT;
