/* harness: expect
tenants = [1, 2]

[tables.note.update]
count = 3
each = "new.hours = 8 AND old.hours < 3 AND old.org = 1"
*/
UPDATE note SET hours = -1 WHERE org = 1;
UPDATE note SET hours = 8 WHERE org = 1;
UPDATE note SET hours = hours WHERE org = 2;
