CREATE TABLE systems(id INTEGER PRIMARY KEY, display_name TEXT NOT NULL, vendor_type TEXT NOT NULL);
INSERT INTO systems VALUES (1, 'Ash', 'selectronic'), (2, 'Birch', 'enphase'), (9, 'Cedar', 'amber');

CREATE TABLE point_info(
  system_id INTEGER NOT NULL REFERENCES systems(id),
  id INTEGER NOT NULL,
  extension TEXT NOT NULL,
  point_name TEXT NOT NULL,
  display_name TEXT,
  PRIMARY KEY (system_id, id)
);
CREATE INDEX point_info_by_name ON point_info(point_name);
INSERT INTO point_info VALUES
  (1, 1, 'solar', 'Solar', 'Solar'), (1, 2, 'load', 'Load', 'Load'), (1, 3, 'battery', 'Battery', NULL),
  (2, 1, 'solar', 'Solar', 'Solar'), (2, 2, 'load', 'Load', NULL),
  (9, 1, 'import', 'Grid', 'Grid'), (9, 2, 'export', 'Grid', 'Grid'), (9, 3, 'import', 'Price', NULL);

CREATE TABLE point_readings(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  system_id INTEGER NOT NULL,
  point_id INTEGER NOT NULL,
  measured_at INTEGER NOT NULL,
  value REAL NOT NULL CHECK (value >= 0),
  UNIQUE (system_id, point_id, measured_at),
  FOREIGN KEY (system_id, point_id) REFERENCES point_info(system_id, id) ON DELETE CASCADE
);
INSERT INTO point_readings(system_id, point_id, measured_at, value) VALUES
  (1, 1, 100, 2.5), (1, 1, 200, 2.0), (1, 2, 100, 0.5), (2, 1, 100, 1.5), (2, 2, 200, 0.25),
  (9, 1, 100, 3.0), (9, 1, 200, 4.0), (9, 2, 100, 1.0), (9, 3, 100, 0.75), (9, 3, 200, 7.0);
-- The last number that was given is 10, and its row is gone.
DELETE FROM point_readings WHERE id = 10;

CREATE TABLE sessions(id INTEGER PRIMARY KEY, system_id INTEGER NOT NULL, label TEXT);
INSERT INTO sessions VALUES (1, 1, 'first'), (2, 2, 'first'), (3, 9, 'first'), (4, 9, 'second');
-- Its tenant is that of its session.
CREATE TABLE attachments(id INTEGER PRIMARY KEY, session_id INTEGER NOT NULL, name TEXT NOT NULL);
INSERT INTO attachments VALUES (1, 1, 'a.csv'), (2, 3, 'b.csv'), (3, 3, 'c.csv'), (4, 4, 'd.csv');
CREATE TABLE session_log(id INTEGER PRIMARY KEY, system_id INTEGER NOT NULL, what TEXT NOT NULL);
CREATE TRIGGER sessions_logged AFTER UPDATE ON sessions BEGIN
  INSERT INTO session_log(system_id, what) VALUES (new.system_id, 'label ' || new.label);
END;
CREATE VIEW amber_points AS SELECT point_info.* FROM point_info JOIN systems ON systems.id = system_id WHERE vendor_type = 'amber';

-- Nothing in harness.toml says whose its rows are.
CREATE TABLE vendors(name TEXT PRIMARY KEY, country TEXT);
INSERT INTO vendors VALUES ('amber', 'au'), ('enphase', NULL);
-- It has no rows.
CREATE TABLE alerts(system_id INTEGER NOT NULL, id INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (system_id, id));
CREATE TABLE migrations(id TEXT PRIMARY KEY, applied_at INTEGER NOT NULL);
INSERT INTO migrations VALUES ('0001_first', 1);
