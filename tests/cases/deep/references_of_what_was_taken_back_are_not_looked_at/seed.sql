CREATE TABLE hall(id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE seat(id INTEGER PRIMARY KEY, hall_id INTEGER NOT NULL REFERENCES hall(id), row TEXT);
INSERT INTO hall VALUES (1, 'Small'), (2, 'Large');
INSERT INTO seat VALUES (1, 1, 'A'), (2, 2, 'A'), (3, 9, 'B');
