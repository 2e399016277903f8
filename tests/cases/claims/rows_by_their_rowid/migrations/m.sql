/* harness: expect
tenants = [1, 2]

[tables.log.update]
rows = "SELECT rowid FROM log WHERE line = 'b'"
each = "new.line IS NOT old.line AND new.rowid = old.rowid"
*/
UPDATE log SET line = 'z' WHERE line = 'b';
