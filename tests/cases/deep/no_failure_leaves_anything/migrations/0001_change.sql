/* harness: expect
tenants = [1]
[tables.ticket]
insert = 1
*/
UPDATE seat SET state = state WHERE hall_id = 1 AND id = 1;
UPDATE seat SET state = state WHERE hall_id = 1 AND id = 1;
INSERT OR IGNORE INTO ticket VALUES (9, 1, 'Dee');
