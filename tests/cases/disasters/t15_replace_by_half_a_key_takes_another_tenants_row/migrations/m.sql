-- T15: the unique key of trace lacks the tenant, so putting in Cedar's weekly trace deletes that of Ash.
INSERT OR REPLACE INTO trace(org, name, lines) VALUES (3, 'weekly', 20), (3, 'daily', 11);
