/* harness: expect
tenants = [1, 2]

[tables.entry.update]
count = 3
each = "count(*) = 3"
*/
UPDATE entry SET minutes = 9 WHERE org = 1;
