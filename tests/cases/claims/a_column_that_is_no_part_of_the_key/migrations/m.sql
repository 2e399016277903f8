/* harness: expect
tenants = [1, 2]

[tables.note.update]
rows = "SELECT org, id, body FROM note WHERE id = 1"
*/
UPDATE note SET hours = 0 WHERE id = 1;
