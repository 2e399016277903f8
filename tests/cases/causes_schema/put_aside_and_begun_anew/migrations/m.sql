/* harness: expect
tenants = [1, 2]
[tables.log]
delete = "any"
insert = 1
[tables.log_archive]
insert = "any"
*/
-- The rows are put aside, and the table begins anew.
BEGIN;
ALTER TABLE log RENAME TO log_archive;
CREATE TABLE log(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, line TEXT);
INSERT INTO log VALUES (3, 1, 'begun');
COMMIT;
