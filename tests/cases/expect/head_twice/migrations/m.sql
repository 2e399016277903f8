/* harness: expect
tenants = [1]
*/
/* harness: expect
tables.note.update = 1
*/
UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;
