/* harness: expect
tenants = [1]
[tables.seat]
update = 1
*/
UPDATE OR FAIL seat SET state = 'held' WHERE hall_id = 1 AND id = 1;
