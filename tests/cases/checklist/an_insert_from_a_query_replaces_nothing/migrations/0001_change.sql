/* harness: expect
tenants = [1]
[tables.ticket]
insert = 1
*/
INSERT INTO ticket SELECT 9, 1, 'Dee' FROM seat WHERE hall_id = 1 AND id = 1;
