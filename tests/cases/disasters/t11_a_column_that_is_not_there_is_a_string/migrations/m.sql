-- T11: the rebuild selects "maker", a column that the old table lacks, and SQLite fills the new column with the word maker in every row.
BEGIN;
CREATE TABLE tool_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, label TEXT, place TEXT, maker TEXT);
INSERT INTO tool_new(id, org, label, place, maker) SELECT "id", "org", "label", "place", "maker" FROM tool;
DROP TABLE tool;
ALTER TABLE tool_new RENAME TO tool;
COMMIT;
