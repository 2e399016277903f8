CREATE VIEW json_each AS SELECT org AS key, name AS value FROM tag;
