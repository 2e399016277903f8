/* harness: expect
tenants = { query = "SELECT 1 /* the first */ WHERE 1" }
[tables.note]
update = 1
*/
UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;
