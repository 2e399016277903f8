CREATE VIEW tag AS SELECT 1 AS org, id, name FROM tag_old;
