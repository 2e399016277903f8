CREATE TABLE entry_new(org INTEGER NOT NULL, note INTEGER NOT NULL, at INTEGER NOT NULL CHECK (at < 12), PRIMARY KEY(org, note, at));
INSERT OR IGNORE INTO entry_new SELECT org, note, at FROM entry;
DROP TABLE entry;
ALTER TABLE entry_new RENAME TO entry;
