/* harness: expect
tenants = [1, 2]

[tables.entry.update]
count = 3
each = "old.said = 'yes' OR old.said = 'no'"
*/
UPDATE entry SET minutes = 0 WHERE org = 1;
