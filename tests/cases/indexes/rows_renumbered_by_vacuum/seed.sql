CREATE TABLE post(slug TEXT NOT NULL, org INTEGER NOT NULL, body TEXT);
INSERT INTO post VALUES ('gone', 1, 'old'), ('apple', 1, 'red fruit'), ('sky', 2, 'blue air'), ('sea', 3, 'deep water');
DELETE FROM post WHERE slug = 'gone';
CREATE VIRTUAL TABLE post_search USING fts5(body, content='post', content_rowid='rowid');
INSERT INTO post_search(post_search) VALUES ('rebuild');
