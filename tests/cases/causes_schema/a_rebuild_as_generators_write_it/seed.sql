CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');
CREATE TABLE "Person" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "org" INTEGER NOT NULL,
    "email" TEXT NOT NULL,
    "bossId" INTEGER,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "Person_bossId_fkey" FOREIGN KEY ("bossId") REFERENCES "Person" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "Person_org_email_key" ON "Person"("org", "email");
CREATE INDEX "Person_bossId_idx" ON "Person"("bossId");
INSERT INTO "Person" VALUES (1, 1, 'kim@example.org', NULL, '2031-04-01'), (2, 1, 'lou@example.org', 1, '2031-04-01'), (3, 2, 'max@example.org', NULL, '2031-04-02');
CREATE TABLE "Badge" ("id" TEXT NOT NULL PRIMARY KEY, "org" INTEGER NOT NULL, "personId" INTEGER NOT NULL,
    CONSTRAINT "Badge_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Person" ("id") ON DELETE CASCADE ON UPDATE CASCADE);
INSERT INTO "Badge" VALUES ('b1', 1, 1), ('b2', 2, 3);
