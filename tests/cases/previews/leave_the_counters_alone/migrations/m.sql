CREATE TABLE guard(org INTEGER, ok CHECK (ok));
INSERT INTO guard VALUES (1, last_insert_rowid() = 0);
UPDATE note SET done = 1 WHERE org = 2 AND id IN (SELECT id FROM note WHERE org = 2);
INSERT INTO guard VALUES (1, changes() = 2 AND total_changes() = 3 AND last_insert_rowid() = 1);
UPDATE note SET body = datetime('now') IS NOT NULL WHERE org = 1 AND datetime('now') = datetime('now');
INSERT INTO guard SELECT 1, changes() = 2 AND total_changes() = 6 AND last_insert_rowid() = 2 FROM note WHERE org = 3;
INSERT INTO guard SELECT 1, changes() = 1 AND last_insert_rowid() = 3;
