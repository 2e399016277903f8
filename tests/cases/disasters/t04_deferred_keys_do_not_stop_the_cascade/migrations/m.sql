-- T4: defer_foreign_keys postpones the check of keys, not their actions, so the DROP still deletes every plant.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE bed_new(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, name TEXT NOT NULL, metres INTEGER);
INSERT INTO bed_new SELECT id, org, name, length(name) FROM bed;
DROP TABLE bed;
ALTER TABLE bed_new RENAME TO bed;
PRAGMA defer_foreign_keys = OFF;
