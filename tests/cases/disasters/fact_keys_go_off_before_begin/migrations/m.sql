-- Fact: before BEGIN the same PRAGMA does switch the keys off, and the players stay.
PRAGMA foreign_keys = OFF;
BEGIN;
DELETE FROM team WHERE id = 2;
INSERT INTO team VALUES (2, 2, 'azure');
COMMIT;
