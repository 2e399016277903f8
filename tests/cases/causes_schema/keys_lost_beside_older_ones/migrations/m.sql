-- What stood before stands for nothing that is lost; a key that holds the primary key keeps nothing apart.
BEGIN;
CREATE TABLE reading_new(
  id INTEGER PRIMARY KEY,
  org INTEGER NOT NULL REFERENCES org(id),
  point INTEGER,
  at INTEGER,
  UNIQUE (org, point, at),
  UNIQUE (org, point, id)
);
INSERT INTO reading_new SELECT * FROM reading;
DROP TABLE reading;
ALTER TABLE reading_new RENAME TO reading;
COMMIT;
