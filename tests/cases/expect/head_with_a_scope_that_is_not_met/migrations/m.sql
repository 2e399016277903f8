/* harness: expect
tenants = [2]
tables.note.update = 2
*/
UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;
