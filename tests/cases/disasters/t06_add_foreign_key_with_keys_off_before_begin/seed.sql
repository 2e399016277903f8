CREATE TABLE org(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO org VALUES (1, 'Ash'), (2, 'Birch'), (3, 'Cedar');

CREATE TABLE room(id INTEGER PRIMARY KEY, org INTEGER NOT NULL);
INSERT INTO room VALUES (1, 1), (2, 2), (3, 3);
CREATE TABLE board(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, title TEXT NOT NULL, room INTEGER);
INSERT INTO board VALUES (1, 1, 'Harvest', 1), (2, 2, 'Repairs', 2), (3, 3, 'Winter', NULL);
CREATE TABLE card(id INTEGER PRIMARY KEY, org INTEGER NOT NULL, board INTEGER NOT NULL REFERENCES board(id) ON DELETE CASCADE, text TEXT);
INSERT INTO card VALUES (1, 1, 1, 'ladder'), (2, 1, 1, 'baskets'), (3, 2, 2, 'fence'), (4, 2, 2, 'latch'), (5, 2, 2, 'paint'), (6, 3, 3, 'wood');
