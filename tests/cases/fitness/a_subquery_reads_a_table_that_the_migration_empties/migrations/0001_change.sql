/* harness: expect
tenants = "all"
[tables.seat]
update = 1
[tables.ticket]
delete = 3
*/
DELETE FROM ticket WHERE hall_id > 0;
UPDATE seat SET state = 'held' WHERE hall_id = 1 AND id = 1 AND id NOT IN (SELECT id FROM ticket);
