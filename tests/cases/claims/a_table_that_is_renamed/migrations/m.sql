/* harness: expect
tenants = [1, 2]

[tables.event.update]
rows = "SELECT id FROM entry WHERE org = 2"
each = "new.minutes < old.minutes"
*/
ALTER TABLE entry RENAME TO event;
UPDATE event SET minutes = 0 WHERE org = 2;
