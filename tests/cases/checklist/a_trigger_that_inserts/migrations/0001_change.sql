/* harness: expect
tenants = [1]
[tables.ticket]
update = 1
[tables.refund]
insert = 1
*/
UPDATE ticket SET holder = 'Al' WHERE id = 1;
