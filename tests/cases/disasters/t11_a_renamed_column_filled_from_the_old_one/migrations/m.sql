-- T11: the same renaming rebuild selects the old name "label" and keeps every value.
BEGIN;
CREATE TABLE tool_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, title TEXT, place TEXT);
INSERT INTO tool_new(id, org, title, place) SELECT "id", "org", "label", "place" FROM tool;
DROP TABLE tool;
ALTER TABLE tool_new RENAME TO tool;
COMMIT;
