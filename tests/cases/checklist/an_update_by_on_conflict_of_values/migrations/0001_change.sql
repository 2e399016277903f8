/* harness: expect
tenants = [1]
[tables.seat]
update = 1
*/
INSERT INTO seat VALUES (1, 1, 'held') ON CONFLICT (hall_id, id) DO UPDATE SET state = excluded.state;
