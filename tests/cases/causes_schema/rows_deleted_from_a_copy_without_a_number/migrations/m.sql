-- The rowids of the copy are others, so nobody can tell which rows were deleted from it. All of the first table came; of the second,
-- more are gone than were deleted; of the third, as many.
BEGIN;
CREATE TABLE point_new(org INTEGER, id INTEGER, v TEXT, PRIMARY KEY (org, id));
INSERT INTO point_new SELECT * FROM point;
DROP TABLE point;
ALTER TABLE point_new RENAME TO point;
DELETE FROM point WHERE id = 2;
CREATE TABLE spot_new(org INTEGER, id INTEGER, v TEXT, PRIMARY KEY (org, id));
INSERT INTO spot_new SELECT * FROM spot WHERE org = 1;
DELETE FROM spot;
DROP TABLE spot;
ALTER TABLE spot_new RENAME TO spot;
DELETE FROM spot WHERE id = 2;
CREATE TABLE post_new(org INTEGER, id INTEGER, v TEXT, PRIMARY KEY (org, id));
INSERT INTO post_new VALUES (1, 70, 'j');
INSERT INTO post_new SELECT * FROM post WHERE id = 1 OR org = 1;
DELETE FROM post_new WHERE id = 70;
DROP TABLE post;
ALTER TABLE post_new RENAME TO post;
COMMIT;
