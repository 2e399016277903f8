-- Energy points count; their intervals hold a difference, not an average.
BEGIN TRANSACTION;

UPDATE point_readings_agg_5m
SET delta = avg * sample_count,
    avg = NULL,
    min = NULL,
    max = NULL
WHERE point_id IN (
  SELECT id FROM point_info WHERE metric_type = 'energy'
);

COMMIT;

CREATE TABLE IF NOT EXISTS migrations (
  id TEXT PRIMARY KEY,
  applied_at INTEGER NOT NULL
);
INSERT INTO migrations (id, applied_at) VALUES ('0035_delta_for_energy_points', unixepoch('now') * 1000);
