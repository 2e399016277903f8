CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  success BOOLEAN NOT NULL, checksum BLOB NOT NULL, execution_time BIGINT NOT NULL);
CREATE TABLE team (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE note (team_id INTEGER NOT NULL REFERENCES team, id INTEGER NOT NULL, body TEXT, PRIMARY KEY (team_id, id));
INSERT INTO _sqlx_migrations VALUES (20260101000000, 'create notes', '2026-01-01', 1, x'00', 1), (20260102000000, 'half done', '2026-01-02', 0, x'00', 1);
INSERT INTO team VALUES (1, 'a'), (2, 'b');
INSERT INTO note VALUES (1, 1, 'x'), (2, 1, 'y');
