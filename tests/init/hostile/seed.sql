-- Names that try to end a comment, a string, a table of TOML or a line.
CREATE TABLE "tenants ""of"" it" (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE "a
[engine]
foreign_keys = true" ("org id" INTEGER NOT NULL REFERENCES "tenants ""of"" it", id INTEGER, PRIMARY KEY ("org id", id));
CREATE TABLE "x""]" ("org id" INTEGER REFERENCES "tenants ""of"" it", "select" INTEGER, PRIMARY KEY ("org id", "select"));
CREATE TABLE "*/ drop" (id INTEGER PRIMARY KEY, "org id" INTEGER REFERENCES "tenants ""of"" it", "order" INTEGER UNIQUE);
CREATE TABLE "order" (id INTEGER PRIMARY KEY, "group" INTEGER NOT NULL REFERENCES "*/ drop" ("order"));
CREATE TABLE "größe 日本" (id INTEGER PRIMARY KEY, größe INTEGER NOT NULL REFERENCES "order" (id));
CREATE TABLE "no parameter" (id INTEGER PRIMARY KEY, "a b" INTEGER REFERENCES "order" (id));
CREATE TABLE "bidi‮eman" (id INTEGER PRIMARY KEY);
INSERT INTO "tenants ""of"" it" VALUES (1, 'a'), (2, 'b');
INSERT INTO "*/ drop" VALUES (1, 1, 10), (2, 2, 20);
INSERT INTO "order" VALUES (1, 10), (2, 20);
INSERT INTO "größe 日本" VALUES (1, 1), (2, 2), (3, 2);
