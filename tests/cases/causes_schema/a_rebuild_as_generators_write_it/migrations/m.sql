-- Near miss: a rebuild with everything that belongs to it, outside any transaction; bossId may be no more than it was, email gets a default.
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Person" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "org" INTEGER NOT NULL,
    "email" TEXT NOT NULL DEFAULT '',
    "nick" TEXT,
    "bossId" INTEGER,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "Person_bossId_fkey" FOREIGN KEY ("bossId") REFERENCES "Person" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);
INSERT INTO "new_Person" ("id", "org", "email", "bossId", "createdAt") SELECT "id", "org", "email", "bossId", "createdAt" FROM "Person";
DROP TABLE "Person";
ALTER TABLE "new_Person" RENAME TO "Person";
CREATE UNIQUE INDEX "Person_org_email_key" ON "Person"("org", "email");
CREATE INDEX "Person_bossId_idx" ON "Person"("bossId");
PRAGMA foreign_key_check;
PRAGMA foreign_keys=ON;
