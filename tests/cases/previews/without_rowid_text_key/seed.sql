CREATE TABLE setting(org TEXT, k TEXT, v, PRIMARY KEY(k, org)) WITHOUT ROWID;
INSERT INTO setting VALUES ('ash', 'a', 1), ('ash', 'b', 1), ('birch', 'a', 1);
