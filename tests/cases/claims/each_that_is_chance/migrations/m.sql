/* harness: expect
tenants = [1, 2]

[tables.note.update]
count = 3
each = "random() > new.id"
*/
UPDATE note SET hours = 0 WHERE org = 1;
