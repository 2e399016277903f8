-- Near miss.
BEGIN;
CREATE TABLE post_new(slug TEXT PRIMARY KEY NOT NULL, org INTEGER NOT NULL, body TEXT, lang TEXT);
INSERT INTO post_new(rowid, slug, org, body) SELECT rowid, slug, org, body FROM post;
DROP TABLE post;
ALTER TABLE post_new RENAME TO post;
COMMIT;
