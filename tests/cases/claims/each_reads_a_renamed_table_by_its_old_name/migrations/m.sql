/* harness: expect
tenants = [1, 2]

[tables.event.update]
count = 1
each = "(SELECT count(*) FROM entry WHERE said = 'no') = 1"
*/
UPDATE entry SET said = 'no' WHERE id = 1;
ALTER TABLE entry RENAME TO event;
