-- Fact: an UPDATE that changes nothing counts its three rows, and its WHERE clause reaches three tenants.
CREATE TEMP TABLE guard(name TEXT, ok INTEGER CHECK(ok));
UPDATE chore SET done = done WHERE id = 1;
INSERT INTO guard SELECT 'rows counted', changes() = 3;
UPDATE chore SET done = 1 WHERE org = 2 AND id = 1;
