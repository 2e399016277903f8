/* harness: expect
tenants = [1, 2]

[tables.log]
insert = { rows = "SELECT rowid FROM log WHERE line = 'b'" }
delete = { rows = "SELECT rowid FROM log WHERE line = 'b'" }
*/
UPDATE log SET line = 'z' WHERE line = 'b';
VACUUM;
