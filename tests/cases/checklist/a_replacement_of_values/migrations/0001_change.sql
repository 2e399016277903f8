/* harness: expect
tenants = [1]
[tables.seat]
update = 1
*/
REPLACE INTO seat VALUES (1, 1, 'held');
