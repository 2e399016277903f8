ALTER TABLE note RENAME COLUMN org TO tenant_id;
UPDATE note SET body = 'z' WHERE tenant_id = 1;
