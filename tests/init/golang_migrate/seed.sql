CREATE TABLE schema_migrations (version uint64, dirty bool);
CREATE TABLE team (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE note (team_id INTEGER NOT NULL REFERENCES team, id INTEGER NOT NULL, body TEXT, PRIMARY KEY (team_id, id));
INSERT INTO schema_migrations VALUES (1, 0);
INSERT INTO note VALUES (1, 1, 'x'), (2, 1, 'y');
