-- No foreign key leads to the clubs, and one leads elsewhere: the names of columns tell, and a person confirms.
CREATE TABLE clubs (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE squads (id INTEGER PRIMARY KEY, club_id INTEGER NOT NULL, name TEXT NOT NULL);
CREATE TABLE players (id INTEGER PRIMARY KEY, club_id INTEGER NOT NULL, squad_id INTEGER REFERENCES squads (id), name TEXT);
CREATE TABLE trophies (id INTEGER PRIMARY KEY, squad_id INTEGER NOT NULL REFERENCES squads (id), year INTEGER);
INSERT INTO clubs VALUES (1, 'Elm'), (2, 'Fir');
INSERT INTO squads VALUES (1, 1, 'a'), (2, 2, 'a');
INSERT INTO players VALUES (1, 1, 1, 'Cy'), (2, 2, 2, 'Di'), (3, 2, NULL, 'Ed');
INSERT INTO trophies VALUES (1, 2, 2025);
