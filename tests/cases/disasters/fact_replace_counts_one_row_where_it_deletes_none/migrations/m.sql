-- Fact: the counters say the same where the key holds the tenant and nothing is deleted.
CREATE TEMP TABLE guard(name TEXT, ok INTEGER CHECK(ok));
INSERT OR REPLACE INTO trace(org, name, lines) VALUES (3, 'weekly', 20);
INSERT INTO guard SELECT 'one row by changes()', changes() = 1;
INSERT INTO guard SELECT 'one row by total_changes()', total_changes() - 1 = 1;
