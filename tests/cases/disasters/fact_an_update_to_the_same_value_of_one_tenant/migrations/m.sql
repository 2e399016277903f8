-- Fact: the same with the tenant named counts one row.
CREATE TEMP TABLE guard(name TEXT, ok INTEGER CHECK(ok));
UPDATE chore SET done = done WHERE id = 1 AND org = 2;
INSERT INTO guard SELECT 'rows counted', changes() = 1;
UPDATE chore SET done = 1 WHERE org = 2 AND id = 1;
