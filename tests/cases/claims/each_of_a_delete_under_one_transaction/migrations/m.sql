/* harness: expect
tenants = [1, 2]

[tables.entry.delete]
count = 1
each = "0"
*/
DELETE FROM entry WHERE id = 1;
