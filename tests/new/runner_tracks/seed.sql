CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, success BOOLEAN NOT NULL);
CREATE TABLE note (team_id INTEGER NOT NULL, id INTEGER NOT NULL, body TEXT, PRIMARY KEY (team_id, id)) WITHOUT ROWID;
INSERT INTO note VALUES (1, 1, 'x'), (2, 1, 'y');
