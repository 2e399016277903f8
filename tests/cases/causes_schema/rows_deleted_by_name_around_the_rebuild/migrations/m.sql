-- Near miss: the rows are deleted by name, from the old table, the new one, and the new one under the old name.
BEGIN;
DELETE FROM par WHERE id = 1;
CREATE TABLE par_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, a TEXT);
INSERT INTO par_new VALUES (70, 1, 'j');
INSERT INTO par_new SELECT * FROM par;
DELETE FROM par_new WHERE id IN (2, 70);
DROP TABLE par;
ALTER TABLE par_new RENAME TO par;
DELETE FROM par WHERE id = 3;
CREATE TABLE point_new(org INTEGER, id INTEGER, v TEXT, PRIMARY KEY (org, id)) WITHOUT ROWID;
INSERT INTO point_new SELECT * FROM point;
DROP TABLE point;
ALTER TABLE point_new RENAME TO point;
DELETE FROM point WHERE id = 2;
COMMIT;
