/* harness: expect
tenants = "all"
[tables.seat]
update = 3
[tables.ticket]
update = 1
*/
CREATE TEMP TRIGGER sold AFTER UPDATE ON ticket BEGIN UPDATE seat SET state = 'sold' WHERE id = new.id; END;
UPDATE ticket SET holder = 'Al' WHERE id = 1;
DROP TRIGGER sold;
