/* harness: expect
tenants = [1, 2]

[tables.note.update]
rows = "SELECT org, id FROM note WHERE org = 1 AND id = 1"
[tables.entry.update]
rows = "SELECT id FROM entry WHERE org = 1 AND id < 3"
*/
UPDATE note SET hours = 7 WHERE org = 1 AND id = 1;
