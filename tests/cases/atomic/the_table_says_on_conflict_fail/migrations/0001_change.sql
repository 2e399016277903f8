/* harness: expect
tenants = "all"
[tables.ticket]
update = 3
*/
UPDATE ticket SET holder = holder || '.' WHERE id > 0;
