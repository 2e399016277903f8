INSERT OR REPLACE INTO slug(id, org, slug) VALUES (9, 1, 'home');
