/* harness: expect
tenants = [1]
[tables.seat]
update = 1
*/
UPDATE seat SET state = 'held' WHERE hall_id = 1 AND id = 1;
CREATE UNIQUE INDEX refund_code ON refund(code);
