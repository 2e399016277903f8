/* harness: expect
tenants = [1]
[tables.g]
update = 1
columns = ["w"]
*/
-- Whoever reads w finds it no more, where it was not NULL; v always was.
ALTER TABLE g DROP COLUMN w;
ALTER TABLE g DROP COLUMN v;
