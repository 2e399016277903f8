/* harness: expect
tenants = []
*/
-- BIGINT looks like a number and is none that SQLite gives: an INSERT without it leaves NULL.
BEGIN;
CREATE TABLE tag_new(id BIGINT PRIMARY KEY, org INTEGER NOT NULL, name TEXT);
INSERT INTO tag_new SELECT * FROM tag;
DROP TABLE tag;
ALTER TABLE tag_new RENAME TO tag;
COMMIT;
