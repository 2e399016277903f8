/* harness: expect
tenants = [1, 2]

[tables.entry.update]
count = 1
each = "(SELECT count(*) FROM harness_before.entry) = 4"
*/
UPDATE entry SET minutes = 9 WHERE id = 1;
