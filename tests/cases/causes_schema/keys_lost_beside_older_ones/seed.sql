CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch');
CREATE TABLE point(org INTEGER, id INTEGER, PRIMARY KEY (org, id));
INSERT INTO point VALUES (1, 1), (2, 1);
CREATE TABLE reading(
  id INTEGER PRIMARY KEY,
  org INTEGER NOT NULL REFERENCES org(id),
  point INTEGER,
  at INTEGER,
  UNIQUE (org, point, at),
  UNIQUE (org, point),
  FOREIGN KEY (org, point) REFERENCES point(org, id)
);
INSERT INTO reading VALUES (1, 1, 1, 10), (2, 2, 1, 20);
