-- T11: the rebuild renames label to title but selects "title", which is not there yet, and every label becomes the word title.
BEGIN;
CREATE TABLE tool_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, title TEXT, place TEXT);
INSERT INTO tool_new(id, org, title, place) SELECT "id", "org", "title", "place" FROM tool;
DROP TABLE tool;
ALTER TABLE tool_new RENAME TO tool;
COMMIT;
