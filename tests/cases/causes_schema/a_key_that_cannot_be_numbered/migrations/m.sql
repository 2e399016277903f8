/* harness: expect
tenants = [1, 2]
[tables.tag]
insert = 2
delete = 2
*/
-- The tenant comes into one key, the other is a text from now on: neither can be numbered.
BEGIN;
CREATE TABLE point_new(org INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT, PRIMARY KEY (org, id));
INSERT INTO point_new(org, id, name) SELECT org, id, name FROM point;
DROP TABLE point;
ALTER TABLE point_new RENAME TO point;
CREATE TABLE tag_new(id TEXT PRIMARY KEY, org INTEGER NOT NULL, name TEXT);
INSERT INTO tag_new SELECT 'tag-' || id, org, name FROM tag;
DROP TABLE tag;
ALTER TABLE tag_new RENAME TO tag;
COMMIT;
