/* harness: expect
tenants = [1, 2]

[tables.entry.delete]
rows = "SELECT rowid FROM entry WHERE minutes = 20"
*/
DELETE FROM entry WHERE id = 2;
