-- CREATE TABLE AS keeps the values and nothing else.
CREATE TABLE part_new AS SELECT * FROM part;
DROP TABLE part;
ALTER TABLE part_new RENAME TO part;
