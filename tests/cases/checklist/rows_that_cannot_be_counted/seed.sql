CREATE TABLE hall(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE seat(hall_id INTEGER NOT NULL, id INTEGER NOT NULL, label TEXT, price INTEGER, PRIMARY KEY(hall_id, id));
CREATE TABLE booking(id INTEGER PRIMARY KEY, hall_id INTEGER NOT NULL, seat_id INTEGER NOT NULL, guest TEXT);
INSERT INTO hall VALUES (1, 'Elm'), (2, 'Oak');
INSERT INTO seat VALUES (1, 1, 'A1', 10), (1, 2, 'A2', 10), (2, 1, 'B1', 12), (2, 3, 'B3', 12);
CREATE VIRTUAL TABLE note USING fts5(body, content='', columnsize=0);
