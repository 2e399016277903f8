ALTER TABLE note RENAME COLUMN org TO tenant_id;
