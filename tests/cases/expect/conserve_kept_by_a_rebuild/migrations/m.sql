CREATE TABLE entry_new(org INTEGER NOT NULL, note INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT, PRIMARY KEY(org, note, at));
INSERT INTO entry_new SELECT org, note, at, NULL FROM entry;
DROP TABLE entry;
ALTER TABLE entry_new RENAME TO entry;
