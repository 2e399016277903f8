
/* harness: expect
[tables.note]
tenants = { query = "SELECT id FROM orgs" }
*/
UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;
