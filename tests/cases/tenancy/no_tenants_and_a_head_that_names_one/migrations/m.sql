/* harness: expect
tenants = "all"
[tables.album]
update = 1
*/
UPDATE album SET rating = 1 WHERE id = 1;
