CREATE TABLE "we""ird
[31m table"(org, "id	‮", PRIMARY KEY(org, "id	‮"));
INSERT INTO "we""ird
[31m table" VALUES (1, 1), (char(27) || char(10), 2);
