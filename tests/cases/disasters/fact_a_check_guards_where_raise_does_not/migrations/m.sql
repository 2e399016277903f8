-- Fact: a CHECK does guard, and the narrow UPDATE passes it.
CREATE TEMP TABLE guard(name TEXT, ok INTEGER CHECK(ok));
INSERT INTO guard SELECT 'one seat', count(*) = 1 FROM seat WHERE org = 2 AND id = 2;
UPDATE seat SET state = 'sold' WHERE org = 2 AND id = 2;
