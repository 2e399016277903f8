/* harness: expect
tenants = [1]
[tables.seat]
update = 1
*/
REPLACE INTO seat SELECT 1, 1, 'held' FROM seat WHERE id = 1;
