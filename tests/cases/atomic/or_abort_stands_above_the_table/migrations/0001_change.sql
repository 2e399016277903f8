/* harness: expect
tenants = "all"
[tables.ticket]
update = 3
*/
UPDATE OR ABORT ticket SET holder = holder || '.' WHERE id > 0;
