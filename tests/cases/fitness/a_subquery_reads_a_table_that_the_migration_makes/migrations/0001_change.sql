/* harness: expect
tenants = [1]
[tables.seat]
update = 1
*/
CREATE TABLE held(hall_id INTEGER, id INTEGER);
UPDATE seat SET state = 'held' WHERE hall_id = 1 AND id = 1 AND id NOT IN (SELECT id FROM held);
