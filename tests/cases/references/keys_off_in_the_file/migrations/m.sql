PRAGMA foreign_keys = OFF;
DELETE FROM note WHERE org = 1;
