-- T15: under the unique key (org, name) the same statement replaces only Cedar's own row.
INSERT OR REPLACE INTO trace(org, name, lines) VALUES (3, 'weekly', 20), (3, 'daily', 11);
