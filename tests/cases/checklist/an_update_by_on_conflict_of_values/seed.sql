CREATE TABLE hall(id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO hall VALUES (1, 'Ada'), (2, 'Bo'), (3, 'Cy');
CREATE TABLE seat(hall_id INTEGER, id INTEGER, state TEXT, PRIMARY KEY (hall_id, id));
INSERT INTO seat VALUES (1, 1, 'free'), (1, 2, 'free'), (2, 1, 'free'), (2, 2, 'free'), (3, 1, 'free');
CREATE TABLE ticket(id INTEGER PRIMARY KEY, hall_id INTEGER, holder TEXT);
INSERT INTO ticket VALUES (1, 1, 'Ada'), (2, 2, 'Bo'), (3, 3, 'Cy');
CREATE TABLE refund(id INTEGER PRIMARY KEY, hall_id INTEGER, code TEXT);
