-- T11: the same rebuild fills the new column with NULL, which changes no row.
BEGIN;
CREATE TABLE tool_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, label TEXT, place TEXT, maker TEXT);
INSERT INTO tool_new(id, org, label, place, maker) SELECT "id", "org", "label", "place", NULL FROM tool;
DROP TABLE tool;
ALTER TABLE tool_new RENAME TO tool;
COMMIT;
