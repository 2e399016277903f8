/* harness: expect
tenants = [1, 2]
[tables.g]
update = 2
columns = ["amount"]
[tables.h]
update = 2
columns = ["n"]
*/
-- Near miss: the same expressions in other words, over a renamed column, in a table made again.
BEGIN;
ALTER TABLE g RENAME COLUMN a TO amount;
ALTER TABLE g DROP COLUMN w;
ALTER TABLE g ADD COLUMN w GENERATED ALWAYS AS (("amount"*2)) VIRTUAL;
UPDATE g SET amount = amount + 1 WHERE id > 0;
CREATE TABLE h_new(id INTEGER PRIMARY KEY, org INTEGER, n TEXT, v TEXT AS (N||'A'));
INSERT INTO h_new(id, org, n) SELECT id, org, n || '!' FROM h;
DROP TABLE h;
ALTER TABLE h_new RENAME TO h;
COMMIT;
