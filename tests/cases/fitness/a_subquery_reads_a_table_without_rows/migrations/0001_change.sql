/* harness: expect
tenants = [1]
[tables.seat]
update = 1
*/
UPDATE seat SET state = 'held' WHERE hall_id = 1 AND id = 1;
UPDATE seat SET state = 'free' WHERE hall_id = 1 AND id = 2 AND id NOT IN (SELECT id FROM refund);
