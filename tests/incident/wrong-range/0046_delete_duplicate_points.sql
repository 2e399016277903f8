-- The duplicates are empty now: remove them.
BEGIN TRANSACTION;

DELETE FROM point_info WHERE system_id = 1 AND id BETWEEN 17 AND 22;
DELETE FROM point_info WHERE system_id = 2 AND id BETWEEN 17 AND 22;
DELETE FROM point_info WHERE system_id = 3 AND id BETWEEN 3 AND 4;
DELETE FROM point_info WHERE system_id = 5 AND id BETWEEN 17 AND 22;
DELETE FROM point_info WHERE system_id = 6 AND id BETWEEN 19 AND 24;
DELETE FROM point_info WHERE system_id = 9 AND id BETWEEN 10 AND 15;

COMMIT;

CREATE TABLE IF NOT EXISTS migrations (
  id TEXT PRIMARY KEY,
  applied_at INTEGER NOT NULL
);
INSERT INTO migrations (id, applied_at) VALUES ('0046_delete_duplicate_points', unixepoch('now') * 1000);
