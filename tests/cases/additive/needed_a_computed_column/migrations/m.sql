ALTER TABLE tag ADD COLUMN n INTEGER AS (length(name));
