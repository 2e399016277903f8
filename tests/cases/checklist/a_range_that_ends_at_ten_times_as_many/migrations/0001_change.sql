/* harness: expect
tenants = "all"
[tables.seat]
update = "0..=50"
*/
UPDATE seat SET state = 'held';
