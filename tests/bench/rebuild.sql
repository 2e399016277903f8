CREATE TABLE point_readings_new (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  system_id INTEGER NOT NULL REFERENCES systems(id),
  point_id INTEGER NOT NULL,
  session_id INTEGER,
  measurement_time INTEGER NOT NULL,
  received_time INTEGER NOT NULL,
  value REAL,
  error TEXT,
  data_quality TEXT NOT NULL DEFAULT 'good',
  FOREIGN KEY (system_id, point_id) REFERENCES point_info(system_id, id)
);
INSERT INTO point_readings_new SELECT * FROM point_readings;
DROP TABLE point_readings;
ALTER TABLE point_readings_new RENAME TO point_readings;
CREATE UNIQUE INDEX point_readings_unique ON point_readings (system_id, point_id, measurement_time);
