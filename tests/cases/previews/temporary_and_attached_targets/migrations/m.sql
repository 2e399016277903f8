CREATE TEMP TABLE pick AS SELECT org, id FROM note WHERE done = 1;
UPDATE pick SET id = 1;
ATTACH ':memory:' AS side;
CREATE TABLE side.keep AS SELECT * FROM note;
DELETE FROM side.keep WHERE org = 2;
UPDATE note SET done = 0 WHERE (org, id) IN (SELECT org, id + 1 FROM temp.pick);
