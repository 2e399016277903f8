/* harness: expect
tenants = [1, 2]

[tables.note.update]
count = 3
each = "1); DELETE FROM note; SELECT (1"
*/
UPDATE note SET hours = 0 WHERE org = 1;
