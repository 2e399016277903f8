/* harness: expect
tenants = [1, 2]

[tables.pace]
delete = 2
[tables.entry.delete]
rows = "SELECT id FROM entry WHERE minutes = 10"
*/
DELETE FROM pace WHERE m IN (10, 20);
