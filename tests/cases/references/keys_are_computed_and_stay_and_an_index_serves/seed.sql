CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch');
CREATE TABLE room(id INTEGER PRIMARY KEY, org INTEGER, floor INTEGER, note TEXT, place INTEGER AS (floor * 2));
CREATE UNIQUE INDEX room_place ON room(place);
INSERT INTO room(id, org, floor) VALUES (1, 1, 5), (2, 1, 6), (3, 1, 7);
CREATE TABLE stay(id INTEGER PRIMARY KEY, org INTEGER, at INTEGER, note TEXT, place INTEGER AS (at + 0) STORED REFERENCES room(place));
INSERT INTO stay(id, org, at) VALUES (1, 1, 10), (2, 1, 12), (3, 1, 77);
CREATE INDEX stay_place ON stay(place);
CREATE TABLE applied(name TEXT PRIMARY KEY, at INTEGER);
