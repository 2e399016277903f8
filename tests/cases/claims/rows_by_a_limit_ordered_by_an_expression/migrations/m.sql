/* harness: expect
tenants = [1, 2]

[tables.note.update]
rows = "SELECT org, id FROM note ORDER BY org % 2, id LIMIT 2"
*/
UPDATE note SET hours = 0 WHERE id = 1;
