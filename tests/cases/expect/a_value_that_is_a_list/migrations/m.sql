/* harness: expect
tables.note.update = 1
[[invariants]]
name = "a"
sql = "SELECT 1"
value = [1]
*/
UPDATE note SET body = 'x' WHERE org = 1 AND id = 1;
