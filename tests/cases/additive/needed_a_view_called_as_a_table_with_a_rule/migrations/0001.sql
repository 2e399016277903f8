CREATE VIEW mark AS SELECT 1 AS org, id, name FROM tag;
