/* harness: expect
tenants = [1]
[tables.seat]
update = 1
*/
PRAGMA user_version = 36;
UPDATE seat SET state = 'held' WHERE hall_id = 1 AND id = 1;
