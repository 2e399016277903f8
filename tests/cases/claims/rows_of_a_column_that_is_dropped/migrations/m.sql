/* harness: expect
tenants = [1, 2]

[tables.entry.update]
rows = "SELECT id FROM entry WHERE said = 'yes'"
*/
ALTER TABLE entry DROP COLUMN said;
