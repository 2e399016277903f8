-- Move what was written to the duplicates back to the original points. Intervals that both have are kept in a backup
-- table and leave the original first, since (system_id, point_id, interval_end) is unique.
BEGIN TRANSACTION;

CREATE TABLE IF NOT EXISTS point_readings_agg_5m_backup_overlap (
  system_id INTEGER NOT NULL,
  point_id INTEGER NOT NULL,
  interval_end INTEGER NOT NULL,
  avg REAL, min REAL, max REAL, last REAL, delta REAL,
  sample_count INTEGER NOT NULL,
  error_count INTEGER NOT NULL,
  session_id INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  value_str TEXT,
  data_quality TEXT,
  PRIMARY KEY (system_id, point_id, interval_end)
);
CREATE TEMP TABLE duplicate_of (system_id INTEGER, duplicate INTEGER, original INTEGER, PRIMARY KEY (system_id, duplicate));
INSERT INTO duplicate_of
  SELECT system_id, id, id - 16 FROM point_info WHERE system_id = 1 AND id BETWEEN 17 AND 22
  UNION ALL
  SELECT system_id, id, id - 16 FROM point_info WHERE system_id = 2 AND id BETWEEN 17 AND 22
  UNION ALL
  SELECT system_id, id, id - 2 FROM point_info WHERE system_id = 3 AND id BETWEEN 3 AND 4
  UNION ALL
  SELECT system_id, id, id - 13 FROM point_info WHERE system_id = 5 AND id BETWEEN 14 AND 19
  UNION ALL
  SELECT system_id, id, id - 18 FROM point_info WHERE system_id = 6 AND id BETWEEN 19 AND 24
  UNION ALL
  SELECT system_id, id, id - 9 FROM point_info WHERE system_id = 9 AND id BETWEEN 10 AND 15;

INSERT INTO point_readings_agg_5m_backup_overlap
SELECT old.*
FROM point_readings_agg_5m AS old
JOIN duplicate_of AS d ON d.system_id = old.system_id AND d.original = old.point_id
JOIN point_readings_agg_5m AS new
  ON new.system_id = d.system_id AND new.point_id = d.duplicate AND new.interval_end = old.interval_end;

DELETE FROM point_readings_agg_5m
WHERE (system_id, point_id, interval_end) IN (
  SELECT system_id, point_id, interval_end FROM point_readings_agg_5m_backup_overlap
);

UPDATE point_readings SET point_id = 1 WHERE system_id = 1 AND point_id = 17;
UPDATE point_readings SET point_id = 2 WHERE system_id = 1 AND point_id = 18;
UPDATE point_readings SET point_id = 3 WHERE system_id = 1 AND point_id = 19;
UPDATE point_readings SET point_id = 4 WHERE system_id = 1 AND point_id = 20;
UPDATE point_readings SET point_id = 5 WHERE system_id = 1 AND point_id = 21;
UPDATE point_readings SET point_id = 6 WHERE system_id = 1 AND point_id = 22;
UPDATE point_readings SET point_id = 1 WHERE system_id = 2 AND point_id = 17;
UPDATE point_readings SET point_id = 2 WHERE system_id = 2 AND point_id = 18;
UPDATE point_readings SET point_id = 3 WHERE system_id = 2 AND point_id = 19;
UPDATE point_readings SET point_id = 4 WHERE system_id = 2 AND point_id = 20;
UPDATE point_readings SET point_id = 5 WHERE system_id = 2 AND point_id = 21;
UPDATE point_readings SET point_id = 6 WHERE system_id = 2 AND point_id = 22;
UPDATE point_readings SET point_id = 1 WHERE system_id = 3 AND point_id = 3;
UPDATE point_readings SET point_id = 2 WHERE system_id = 3 AND point_id = 4;
UPDATE point_readings SET point_id = 1 WHERE system_id = 5 AND point_id = 14;
UPDATE point_readings SET point_id = 2 WHERE system_id = 5 AND point_id = 15;
UPDATE point_readings SET point_id = 3 WHERE system_id = 5 AND point_id = 16;
UPDATE point_readings SET point_id = 4 WHERE system_id = 5 AND point_id = 17;
UPDATE point_readings SET point_id = 5 WHERE system_id = 5 AND point_id = 18;
UPDATE point_readings SET point_id = 6 WHERE system_id = 5 AND point_id = 19;
UPDATE point_readings SET point_id = 1 WHERE system_id = 6 AND point_id = 19;
UPDATE point_readings SET point_id = 2 WHERE system_id = 6 AND point_id = 20;
UPDATE point_readings SET point_id = 3 WHERE system_id = 6 AND point_id = 21;
UPDATE point_readings SET point_id = 4 WHERE system_id = 6 AND point_id = 22;
UPDATE point_readings SET point_id = 5 WHERE system_id = 6 AND point_id = 23;
UPDATE point_readings SET point_id = 6 WHERE system_id = 6 AND point_id = 24;
UPDATE point_readings SET point_id = 1 WHERE system_id = 9 AND point_id = 10;
UPDATE point_readings SET point_id = 2 WHERE system_id = 9 AND point_id = 11;
UPDATE point_readings SET point_id = 3 WHERE system_id = 9 AND point_id = 12;
UPDATE point_readings SET point_id = 4 WHERE system_id = 9 AND point_id = 13;
UPDATE point_readings SET point_id = 5 WHERE system_id = 9 AND point_id = 14;
UPDATE point_readings SET point_id = 6 WHERE system_id = 9 AND point_id = 15;

UPDATE point_readings_agg_5m SET point_id = 1 WHERE system_id = 1 AND point_id = 17;
UPDATE point_readings_agg_5m SET point_id = 2 WHERE system_id = 1 AND point_id = 18;
UPDATE point_readings_agg_5m SET point_id = 3 WHERE system_id = 1 AND point_id = 19;
UPDATE point_readings_agg_5m SET point_id = 4 WHERE system_id = 1 AND point_id = 20;
UPDATE point_readings_agg_5m SET point_id = 5 WHERE system_id = 1 AND point_id = 21;
UPDATE point_readings_agg_5m SET point_id = 6 WHERE system_id = 1 AND point_id = 22;
UPDATE point_readings_agg_5m SET point_id = 1 WHERE system_id = 2 AND point_id = 17;
UPDATE point_readings_agg_5m SET point_id = 2 WHERE system_id = 2 AND point_id = 18;
UPDATE point_readings_agg_5m SET point_id = 3 WHERE system_id = 2 AND point_id = 19;
UPDATE point_readings_agg_5m SET point_id = 4 WHERE system_id = 2 AND point_id = 20;
UPDATE point_readings_agg_5m SET point_id = 5 WHERE system_id = 2 AND point_id = 21;
UPDATE point_readings_agg_5m SET point_id = 6 WHERE system_id = 2 AND point_id = 22;
UPDATE point_readings_agg_5m SET point_id = 1 WHERE system_id = 3 AND point_id = 3;
UPDATE point_readings_agg_5m SET point_id = 2 WHERE system_id = 3 AND point_id = 4;
UPDATE point_readings_agg_5m SET point_id = 1 WHERE system_id = 5 AND point_id = 14;
UPDATE point_readings_agg_5m SET point_id = 2 WHERE system_id = 5 AND point_id = 15;
UPDATE point_readings_agg_5m SET point_id = 3 WHERE system_id = 5 AND point_id = 16;
UPDATE point_readings_agg_5m SET point_id = 4 WHERE system_id = 5 AND point_id = 17;
UPDATE point_readings_agg_5m SET point_id = 5 WHERE system_id = 5 AND point_id = 18;
UPDATE point_readings_agg_5m SET point_id = 6 WHERE system_id = 5 AND point_id = 19;
UPDATE point_readings_agg_5m SET point_id = 1 WHERE system_id = 6 AND point_id = 19;
UPDATE point_readings_agg_5m SET point_id = 2 WHERE system_id = 6 AND point_id = 20;
UPDATE point_readings_agg_5m SET point_id = 3 WHERE system_id = 6 AND point_id = 21;
UPDATE point_readings_agg_5m SET point_id = 4 WHERE system_id = 6 AND point_id = 22;
UPDATE point_readings_agg_5m SET point_id = 5 WHERE system_id = 6 AND point_id = 23;
UPDATE point_readings_agg_5m SET point_id = 6 WHERE system_id = 6 AND point_id = 24;
UPDATE point_readings_agg_5m SET point_id = 1 WHERE system_id = 9 AND point_id = 10;
UPDATE point_readings_agg_5m SET point_id = 2 WHERE system_id = 9 AND point_id = 11;
UPDATE point_readings_agg_5m SET point_id = 3 WHERE system_id = 9 AND point_id = 12;
UPDATE point_readings_agg_5m SET point_id = 4 WHERE system_id = 9 AND point_id = 13;
UPDATE point_readings_agg_5m SET point_id = 5 WHERE system_id = 9 AND point_id = 14;
UPDATE point_readings_agg_5m SET point_id = 6 WHERE system_id = 9 AND point_id = 15;

DROP TABLE duplicate_of;
COMMIT;

CREATE TABLE IF NOT EXISTS migrations (
  id TEXT PRIMARY KEY,
  applied_at INTEGER NOT NULL
);
INSERT INTO migrations (id, applied_at) VALUES ('0045_migrate_readings_to_old_points', unixepoch('now') * 1000);
