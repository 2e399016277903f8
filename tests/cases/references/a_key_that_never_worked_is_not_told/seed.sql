CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch');
CREATE TABLE room(id INTEGER PRIMARY KEY, org INTEGER, code TEXT, door TEXT);
CREATE UNIQUE INDEX room_door ON room(door);
INSERT INTO room VALUES (1, 1, 'a', 'd1'), (2, 2, 'b', 'd2'), (3, 1, 'c', 'd3');
CREATE TABLE stay(id INTEGER PRIMARY KEY, org INTEGER, room INTEGER REFERENCES room(id), code TEXT REFERENCES room(code), door TEXT REFERENCES room(door));
INSERT INTO stay VALUES (10, 1, 1, 'a', 'd1'), (11, 2, 2, 'z', 'd2');
CREATE TABLE applied(name TEXT PRIMARY KEY, at INTEGER);
