/* harness: expect
tenants = [1, 2]

[tables.note.update]
rows = "SELECT org, id FROM note WHERE body = 'a1'"
each = "new.body IS NOT 'secret after'"
*/
UPDATE note SET body = 'secret after', hours = 9 WHERE id = 1;
