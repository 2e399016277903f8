/* harness: expect
tenants = [1, 2]

[tables.note.update]
count = 0
rows = "SELECT org, id FROM note WHERE id = 9"
*/
UPDATE note SET hours = 0 WHERE id = 9;
