/* harness: expect
tenants = [1, 2]

[tables.note.update]
each = "new.hours = 0"
*/
UPDATE note SET hours = 0 WHERE org = 1;
