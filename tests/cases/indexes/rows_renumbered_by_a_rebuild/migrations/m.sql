-- A search for blue gives the row of tenant 3 from now on.
BEGIN;
CREATE TABLE post_new(slug TEXT PRIMARY KEY NOT NULL, org INTEGER NOT NULL, body TEXT, lang TEXT);
INSERT INTO post_new(slug, org, body) SELECT slug, org, body FROM post;
DROP TABLE post;
ALTER TABLE post_new RENAME TO post;
COMMIT;
