/* harness: expect
tenants = [1, 2]

[tables.log]
insert = { rows = "SELECT rowid FROM log WHERE org = 1" }
delete = { rows = "SELECT rowid FROM log WHERE org = 1", each = "old.org = 1" }
*/
CREATE TABLE log_new(org INTEGER NOT NULL, line TEXT NOT NULL);
INSERT INTO log_new SELECT org, upper(line) FROM log WHERE org = 1 UNION ALL SELECT org, line FROM log WHERE org = 2;
DROP TABLE log;
ALTER TABLE log_new RENAME TO log;
