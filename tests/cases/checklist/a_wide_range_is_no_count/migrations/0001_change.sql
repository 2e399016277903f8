/* harness: expect
tenants = "all"
[tables.seat]
update = "0..=1000000000"
*/
UPDATE seat SET state = 'held';
