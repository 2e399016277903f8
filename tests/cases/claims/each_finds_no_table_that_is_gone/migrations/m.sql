/* harness: expect
tenants = [1, 2]

[tables.note.update]
count = 3
each = "EXISTS (SELECT 1 FROM entry WHERE entry.org = new.org)"
[tables.entry]
delete = 4
*/
UPDATE note SET hours = 0 WHERE org = 1;
DROP TABLE entry;
