/* harness: expect
tenants = [1, 2]

[tables.entry.update]
rows = "SELECT id FROM entry WHERE org = 1"
each = "new.minutes = old.minutes * 60"
*/
CREATE TABLE entry_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, minutes INTEGER NOT NULL, said TEXT);
INSERT INTO entry_new SELECT id, org, CASE WHEN said IS NOT NULL THEN minutes * 60 ELSE minutes END, said FROM entry;
DROP TABLE entry;
ALTER TABLE entry_new RENAME TO entry;
