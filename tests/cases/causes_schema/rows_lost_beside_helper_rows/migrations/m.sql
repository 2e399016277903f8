-- Two helper rows come and go; two rows of Birch never arrive.
BEGIN;
CREATE TABLE par_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, a TEXT);
INSERT INTO par_new VALUES (70, 1, 'j'), (71, 1, 'j');
INSERT INTO par_new SELECT * FROM par WHERE org <> 2;
DELETE FROM par_new WHERE id IN (70, 71);
DROP TABLE par;
ALTER TABLE par_new RENAME TO par;
COMMIT;
