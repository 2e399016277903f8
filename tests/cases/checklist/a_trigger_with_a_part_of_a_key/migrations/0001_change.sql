/* harness: expect
tenants = "all"
[tables.seat]
update = 3
[tables.ticket]
update = 1
*/
UPDATE ticket SET holder = 'Al' WHERE id = 1;
