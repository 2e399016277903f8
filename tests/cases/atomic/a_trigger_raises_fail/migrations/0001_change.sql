/* harness: expect
tenants = "all"
[tables.seat]
update = 5
*/
UPDATE seat SET state = 'held' WHERE hall_id > 0;
