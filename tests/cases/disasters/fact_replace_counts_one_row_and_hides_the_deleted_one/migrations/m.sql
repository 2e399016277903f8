-- Fact: an INSERT OR REPLACE over another tenant's row counts 1 in both counters, and the row it deleted is in neither.
CREATE TEMP TABLE guard(name TEXT, ok INTEGER CHECK(ok));
INSERT OR REPLACE INTO trace(org, name, lines) VALUES (3, 'weekly', 20);
INSERT INTO guard SELECT 'one row by changes()', changes() = 1;
INSERT INTO guard SELECT 'one row by total_changes()', total_changes() - 1 = 1;
