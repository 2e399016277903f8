
/* harness: expect
tenants = [1]
conserve = ["entries"]
[tables.notes]
update = 1
[tables.note]
update = 1
columns = ["text"]
[[invariants]]
name = "misspelt"
sql = "SELECT count(*) FROM entris"
value = 1
*/
UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;
