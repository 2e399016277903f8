/* harness: expect
tenants = [1]
[tables.seat]
update = 1
*/
DROP TABLE IF EXISTS held;
DROP TABLE IF EXISTS temp.other;
CREATE TEMP TABLE held AS SELECT 1 AS hall_id, 1 AS id;
UPDATE seat SET state = 'held' WHERE hall_id = 1 AND id = 1;
