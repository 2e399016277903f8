/* harness: expect
tenants = [1, 2]

[tables.note.update]
rows = "SELECT id, org FROM note WHERE org = 1 AND hours > 1"
*/
UPDATE note SET hours = 0 WHERE org = 1 AND id IN (1, 2);
