-- Emptying the old table when it has been copied says nothing of the rows that were left out.
BEGIN;
CREATE TABLE par_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, a TEXT);
INSERT INTO par_new SELECT * FROM par WHERE org <> 2;
DELETE FROM par;
DROP TABLE par;
ALTER TABLE par_new RENAME TO par;
COMMIT;
