ALTER TABLE note ADD COLUMN rank INTEGER;
UPDATE note SET rank = id WHERE org = 1;
