/* harness: expect
tenants = "all"
[tables.seat]
insert = "any"
update = 3
*/
INSERT INTO seat SELECT hall_id, id, state FROM seat WHERE id IN (SELECT id FROM ticket WHERE holder = 'Ada')
ON CONFLICT (hall_id, id) DO UPDATE SET state = 'held' WHERE id IN (SELECT id FROM ticket WHERE holder = 'Ada');
