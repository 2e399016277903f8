/* harness: expect
tenants = [1, 2]

[tables.note]
insert = { count = 2, each = "new.body IS NOT NULL" }
delete = { count = 1, each = "old.hours < 1" }
*/
DELETE FROM note WHERE id = 3;
INSERT INTO note VALUES (1, 9, 'a9', 1), (2, 9, NULL, 1);
