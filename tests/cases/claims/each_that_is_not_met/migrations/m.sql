/* harness: expect
tenants = [1, 2]

[tables.note.update]
count = 3
each = "new.hours > old.hours AND new.body IS old.body"
*/
UPDATE note SET hours = hours + 1 WHERE org = 1;
UPDATE note SET hours = hours - 2 WHERE org = 1 AND id = 3;
