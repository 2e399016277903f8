ALTER TABLE note RENAME COLUMN body TO text;
UPDATE note SET text = upper(text) WHERE org = 2 AND id = 1;
