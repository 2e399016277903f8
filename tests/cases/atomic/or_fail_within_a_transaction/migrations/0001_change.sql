/* harness: expect
tenants = "all"
[tables.seat]
update = 5
*/
BEGIN;
UPDATE OR FAIL seat SET state = 'held' WHERE hall_id > 0;
COMMIT;
