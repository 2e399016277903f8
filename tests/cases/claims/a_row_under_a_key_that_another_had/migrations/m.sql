/* harness: expect
tenants = [1, 2]

[tables.note.update]
rows = "SELECT org, id FROM note WHERE org = 1 AND id = 3"
*/
UPDATE note SET id = 30 WHERE org = 1 AND id = 3;
UPDATE note SET id = 3 WHERE org = 1 AND id = 2;
