/* harness: expect
tenants = [1, 2]

[tables.note.delete]
count = 1
each = "new . id IS NULL"
*/
DELETE FROM note WHERE id = 3;
