/* harness: expect
tenants = [1, 2]

[tables.note.insert]
count = 1
each = "old.id IS NULL"
*/
INSERT INTO note VALUES (1, 9, 'a9', 1);
