PRAGMA defer_foreign_keys=TRUE;
CREATE TABLE d1_migrations(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE);
INSERT INTO "d1_migrations" ("id","name") VALUES(1,'0001_begin.sql');
PRAGMA defer_foreign_keys=TRUE;
CREATE TABLE note(org INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT, PRIMARY KEY(org, id));
INSERT INTO "note" ("org","id","body") VALUES(1,1,'a');
INSERT INTO "note" ("org","id","body") VALUES(2,1,'b');
