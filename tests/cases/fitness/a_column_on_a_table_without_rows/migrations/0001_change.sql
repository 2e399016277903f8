/* harness: expect
tenants = [1]
[tables.seat]
update = 1
*/
UPDATE seat SET state = 'held' WHERE hall_id = 1 AND id = 1;
ALTER TABLE refund ADD COLUMN paid INTEGER;
