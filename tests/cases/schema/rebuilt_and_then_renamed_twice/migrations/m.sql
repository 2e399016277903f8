/* harness: expect
tenants = [1, 2]
[tables.item]
delete = 2
[tables.first]
insert = 2
[tables.second]
insert = 2
*/
-- Two tables had the name in turn: neither is what the table before is, and each row is inserted.
BEGIN;
CREATE TABLE copy(id INTEGER PRIMARY KEY, org INTEGER, name TEXT);
INSERT INTO copy SELECT * FROM item;
DROP TABLE item;
ALTER TABLE copy RENAME TO item;
ALTER TABLE item RENAME TO first;
CREATE TABLE item(id INTEGER PRIMARY KEY, org INTEGER, name TEXT);
INSERT INTO item SELECT * FROM first;
ALTER TABLE item RENAME TO second;
COMMIT;
