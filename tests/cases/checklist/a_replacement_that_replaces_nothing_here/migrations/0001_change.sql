/* harness: expect
tenants = [1]
[tables.ticket]
insert = 1
*/
INSERT OR REPLACE INTO ticket SELECT 9, 1, 'Dee' FROM seat WHERE hall_id = 1 AND id = 1;
INSERT OR REPLACE INTO seat SELECT hall_id, id, state FROM seat WHERE hall_id = 9;
