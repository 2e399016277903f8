/* harness: expect
tenants = [1, 2]

[tables.entry.delete]
rows = "SELECT id FROM entry WHERE org = 1"
each = "old.minutes < 40"
*/
DROP TABLE entry;
