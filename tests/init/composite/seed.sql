-- Keys are numbered anew in every team. `scores` refers to a whole key under other names, `tags` to half of one.
CREATE TABLE teams (id INTEGER PRIMARY KEY, slug TEXT NOT NULL);
CREATE TABLE games (team_id INTEGER NOT NULL REFERENCES teams (id), id INTEGER NOT NULL, title TEXT, PRIMARY KEY (team_id, id));
CREATE TABLE players (team_id INTEGER NOT NULL REFERENCES teams (id), id INTEGER NOT NULL, name TEXT, PRIMARY KEY (team_id, id));
CREATE TABLE scores (id INTEGER PRIMARY KEY, home INTEGER NOT NULL, game INTEGER NOT NULL, points INTEGER, FOREIGN KEY (home, game) REFERENCES games (team_id, id));
CREATE TABLE replays (id INTEGER PRIMARY KEY, score_id INTEGER REFERENCES scores (id), url TEXT);
CREATE TABLE boxes (id INTEGER PRIMARY KEY, holder INTEGER NOT NULL REFERENCES teams (id));
CREATE TABLE tags (id INTEGER PRIMARY KEY, game INTEGER REFERENCES games (id), word TEXT);
INSERT INTO teams VALUES (7, 'herons'), (8, 'otters');
INSERT INTO games VALUES (7, 1, 'first'), (8, 1, 'first'), (8, 2, 'second');
INSERT INTO players VALUES (7, 1, 'Ada'), (8, 1, 'Ben');
INSERT INTO scores VALUES (1, 7, 1, 3), (2, 8, 1, 4), (3, 8, 2, 0);
INSERT INTO replays VALUES (1, 1, 'a'), (2, NULL, 'b');
INSERT INTO boxes VALUES (1, 7), (2, 8);
INSERT INTO tags VALUES (1, 1, 'close');
