/* harness: expect
tenants = [1]
[tables.seat]
update = 1
*/
UPDATE seat SET state = 'held' WHERE hall_id = 1 AND id = 1;
CREATE TABLE IF NOT EXISTS ticket(id INTEGER PRIMARY KEY, hall_id INTEGER, holder TEXT);
DROP TABLE IF EXISTS voucher;
