CREATE TEMP TABLE entry AS SELECT * FROM main.entry;
DELETE FROM main.entry WHERE org = 1 AND note = 2;
