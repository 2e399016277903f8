/* harness: expect
tenants = [nan]
conserve = ["entry", "ENTRY"]
tables.note.update = 1
[[invariants]]
name = "a"
sql = "SELECT 1"

[[invariants]]
name = "a"
sql = "SELECT 1"
value = 1
equal = "before"
[[invariants]]
name = " "
sql = "SELECT 1"
equal = "after"
[[invariants]]
name = "n"
sql = "SELECT 1"
value = nan
*/
UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;
