/* harness: expect
tenants = [1, 2]

[tables.note]
rows = "SELECT org, id FROM note WHERE id = 1"
*/
UPDATE note SET hours = 0 WHERE id = 1;
