/* harness: expect
tenants = [1, 2]

[tables.note.update]
count = 3
each = "NOT EXISTS (SELECT 1 FROM entry WHERE entry.org = new.org) AND (SELECT count(*) FROM note WHERE hours = 0) = 3"
[tables.entry]
delete = 3
*/
UPDATE note SET hours = 0 WHERE org = 1;
DELETE FROM entry WHERE org = 1;
