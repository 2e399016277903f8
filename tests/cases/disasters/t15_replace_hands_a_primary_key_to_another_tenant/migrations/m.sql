-- T15: the primary key of setting is the name alone, so Ash's theme becomes Cedar's.
INSERT OR REPLACE INTO setting(org, name, value) VALUES (3, 'theme', 'light'), (3, 'page', '50');
