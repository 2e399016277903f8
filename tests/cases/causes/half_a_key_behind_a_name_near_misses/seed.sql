-- Rooms are numbered anew in every house; a door belongs to a room, a guest to nobody's house but by name.
CREATE TABLE house(id INTEGER PRIMARY KEY, name TEXT, kind TEXT);
INSERT INTO house VALUES (1, 'Ash', 'inn'), (2, 'Birch', 'inn'), (3, 'Cedar', 'farm');
CREATE TABLE room(house INTEGER NOT NULL, id INTEGER NOT NULL, label TEXT, colour TEXT, PRIMARY KEY (house, id));
CREATE UNIQUE INDEX room_label ON room(house, label);
INSERT INTO room VALUES (1, 1, 'attic', 'red'), (1, 2, 'hall', 'red'), (2, 1, 'attic', 'blue'), (2, 2, 'cellar', 'blue'),
  (3, 1, 'barn', 'green'), (3, 3, 'attic', 'green');
CREATE TABLE door(house INTEGER NOT NULL, room INTEGER NOT NULL, side TEXT NOT NULL, locked INTEGER, UNIQUE (house, room, side));
INSERT INTO door VALUES (1, 1, 'n', 0), (1, 2, 'n', 0), (2, 1, 'n', 1), (2, 2, 's', 0), (3, 1, 'e', 0);
CREATE TABLE guest(id INTEGER PRIMARY KEY, house INTEGER NOT NULL, name TEXT);
INSERT INTO guest VALUES (1, 1, 'Ada'), (2, 2, 'Ben'), (3, 3, 'Ada');
CREATE TABLE stay(house INTEGER NOT NULL, guest INTEGER NOT NULL, night INTEGER NOT NULL, paid INTEGER, PRIMARY KEY (house, guest, night));
INSERT INTO stay VALUES (1, 1, 1, 0), (1, 1, 2, 0), (2, 2, 1, 0), (3, 3, 1, 1);
CREATE TABLE repaint(house INTEGER NOT NULL, id INTEGER NOT NULL, colour TEXT, PRIMARY KEY (house, id));
INSERT INTO repaint VALUES (2, 1, 'white'), (2, 2, 'black');
CREATE TABLE empty(house INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (house, id));
CREATE VIEW inn_room AS SELECT room.* FROM room JOIN house ON house.id = room.house WHERE kind = 'inn';
