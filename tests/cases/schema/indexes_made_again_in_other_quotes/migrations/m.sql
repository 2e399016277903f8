-- One index says the same in quotes, the other is another, and is named where it is made.
BEGIN;
CREATE TABLE t_new(id INTEGER PRIMARY KEY, org INTEGER, a TEXT);
INSERT INTO t_new SELECT * FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
CREATE INDEX "t_a" ON "t"("A");
CREATE INDEX t_org ON t(org, a);
COMMIT;
