CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch');
CREATE TABLE room(id INTEGER PRIMARY KEY, org INTEGER, code TEXT);
CREATE UNIQUE INDEX room_code ON room(code);
CREATE INDEX room_org ON room(org);
INSERT INTO room VALUES (1, 1, 'a'), (2, 2, 'b');
CREATE TABLE stay(id INTEGER PRIMARY KEY, org INTEGER, code TEXT REFERENCES room(code));
INSERT INTO stay VALUES (10, 1, 'a'), (11, 2, 'b');
CREATE TABLE applied(name TEXT PRIMARY KEY, at INTEGER);
