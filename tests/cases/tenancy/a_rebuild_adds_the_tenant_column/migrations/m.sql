CREATE TABLE pref_new(id INTEGER PRIMARY KEY, k TEXT, owner INTEGER, org INTEGER NOT NULL);
INSERT INTO pref_new SELECT id, k, owner, owner FROM pref;
DROP TABLE pref;
ALTER TABLE pref_new RENAME TO pref;
