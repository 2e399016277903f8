/* harness: expect
tenants = [1]
[tables.ticket]
insert = 3
[tables.seat]
insert = 1
*/
INSERT OR IGNORE INTO ticket VALUES (21, 1, 'Dee'), (22, 1, 'Dee'), (23, 1, 'Dee');
INSERT OR IGNORE INTO seat SELECT 1, 77, min(holder) FROM ticket WHERE holder = 'Dee' HAVING count(*) > 0;
