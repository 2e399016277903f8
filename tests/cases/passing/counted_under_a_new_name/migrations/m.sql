ALTER TABLE org RENAME TO orgs;
UPDATE orgs SET name = name;
