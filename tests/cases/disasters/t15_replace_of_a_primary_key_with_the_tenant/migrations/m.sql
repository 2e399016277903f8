-- T15: under the primary key (org, name) Cedar gets a theme of its own.
INSERT OR REPLACE INTO setting(org, name, value) VALUES (3, 'theme', 'light'), (3, 'page', '50');
