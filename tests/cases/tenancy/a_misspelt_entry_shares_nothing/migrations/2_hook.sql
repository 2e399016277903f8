CREATE TABLE hook(id INTEGER PRIMARY KEY, url TEXT NOT NULL);
INSERT INTO hook VALUES (1, 'https://example.org');
