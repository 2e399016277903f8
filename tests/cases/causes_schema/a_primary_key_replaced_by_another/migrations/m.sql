/* harness: expect
tenants = "all"
[tables.t]
update = 2
insert = 2
*/
BEGIN;
CREATE TABLE t_new(id INTEGER PRIMARY KEY, code TEXT, system_id INTEGER);
INSERT INTO t_new(code, system_id) SELECT code, system_id FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
INSERT INTO t(code, system_id) VALUES ('x', 1), ('x', 1);
COMMIT;
