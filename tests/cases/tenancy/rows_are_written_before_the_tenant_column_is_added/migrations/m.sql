UPDATE pref SET k = k WHERE id = 3;
ALTER TABLE pref ADD COLUMN org INTEGER;
UPDATE pref SET org = owner WHERE id < 3;
