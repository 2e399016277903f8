/* harness: expect
tenants = [1]
[tables.ticket]
insert = 1
*/
INSERT OR FAIL INTO ticket VALUES (9, 1, 'Dee');
