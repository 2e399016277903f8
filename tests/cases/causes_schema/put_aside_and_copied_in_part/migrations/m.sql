/* harness: expect
tenants = [1, 2]
[tables.log]
delete = "any"
[tables.log_archive]
insert = "any"
*/
-- A rebuild that leaves the old table behind, and a row in it.
BEGIN;
ALTER TABLE log RENAME TO log_archive;
CREATE TABLE log(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, line TEXT);
INSERT INTO log SELECT * FROM log_archive WHERE org = 1;
COMMIT;
