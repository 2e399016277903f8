-- The new table rejects what the old one held, and OR IGNORE says nothing.
CREATE TABLE tag_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (org, name));
INSERT OR IGNORE INTO tag_new SELECT * FROM tag;
DROP TABLE tag;
ALTER TABLE tag_new RENAME TO tag;
