CREATE TABLE reading_new(id INTEGER PRIMARY KEY, org INTEGER, at INTEGER);
INSERT INTO reading_new SELECT id, org, 0 FROM reading;
DROP TABLE reading;
