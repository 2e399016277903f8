/* harness: expect
tenants = [1, 2]

[tables.note.update]
rows = "SELECT org, id FROM note WHERE org = 1 AND id = 1"
*/
UPDATE note SET hours = hours WHERE org = 1;
UPDATE note SET hours = 7 WHERE org = 1 AND id = 1;
