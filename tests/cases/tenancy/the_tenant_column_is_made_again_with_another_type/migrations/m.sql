ALTER TABLE note ADD COLUMN org_new INT;
UPDATE note SET org_new = org;
ALTER TABLE note DROP COLUMN org;
ALTER TABLE note RENAME COLUMN org_new TO org;
