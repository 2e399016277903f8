/* harness: expect
tenants = [1]
[tables.note]
columns = ["body"]
update = { count = 1, rows = "SELECT org, id FROM note WHERE id = 1" }
*/
UPDATE note SET hours = 0 WHERE id = 1;
