-- The rows of the virtual table are what its storage says.
BEGIN;
ALTER TABLE f_content RENAME TO k;
CREATE TABLE f_content AS SELECT id, CASE c1 WHEN 2 THEN 'hacked' ELSE c0 END AS c0, c1 FROM k;
DROP TABLE k;
COMMIT;
