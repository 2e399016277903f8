-- A comment before it.
/* harness: expect
tenants = [1]
conserve = ["entry"]

[tables.note]
update = 1

[[invariants]]
name = "notes"
sql = "SELECT count(*) FROM note"
value = 4
*/
UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;
