/* harness: expect
# What this migration may change; whatever else it changes is rejected. The same as [expect.NAME] in harness.toml.
tenants = { query = "SELECT id FROM systems WHERE vendor_type = 'amber'" }

[tables.point_info]
update = 6
columns = ["origin_sub_id", "point_name", "display_name"]

[tables.migrations]
insert = 1

[[invariants]]
name = "point_info keeps its rows"
sql = "SELECT count(*) FROM point_info"
equal = "before"

[[invariants]]
name = "no point of another vendor is named as one of Amber's"
sql = """
SELECT count(*) FROM point_info pi JOIN systems s ON s.id = pi.system_id
WHERE s.vendor_type <> 'amber' AND (pi.point_name LIKE 'Grid import%' OR pi.point_name LIKE 'Grid export%')"""
value = 0
*/

-- Migration 0036_update_amber_point_metadata: give the points of Amber systems their own names

-- Keys of several columns. Match all of them, (a, b) IN (SELECT a, b …), and never one alone:
--   key of point_info: (system_id, id), (system_id, origin_id, origin_sub_id)
--   key of point_readings: (system_id, point_id, measurement_time)
--   key of point_readings_agg_5m: (system_id, point_id, interval_end)

BEGIN IMMEDIATE;

-- One statement for each direction and metric that a point has. Rows that have the new values already are left alone.

UPDATE point_info
SET origin_sub_id = 'import_kwh',
    point_name = 'Grid import',
    display_name = 'Grid import'
WHERE (system_id, id) IN (
  SELECT pi.system_id, pi.id
  FROM point_info pi
  JOIN systems s ON pi.system_id = s.id
  WHERE s.vendor_type = 'amber'
    AND pi.subsystem = 'grid'
    AND pi.extension = 'import'
    AND pi.metric_type = 'energy'
)
  AND (origin_sub_id, point_name, display_name) IS NOT ('import_kwh', 'Grid import', 'Grid import');

UPDATE point_info
SET origin_sub_id = 'import_cost',
    point_name = 'Grid import cost',
    display_name = 'Grid import cost'
WHERE (system_id, id) IN (
  SELECT pi.system_id, pi.id
  FROM point_info pi
  JOIN systems s ON pi.system_id = s.id
  WHERE s.vendor_type = 'amber'
    AND pi.subsystem = 'grid'
    AND pi.extension = 'import'
    AND pi.metric_type = 'value'
)
  AND (origin_sub_id, point_name, display_name) IS NOT ('import_cost', 'Grid import cost', 'Grid import cost');

UPDATE point_info
SET origin_sub_id = 'import_perKwh',
    point_name = 'Grid import price',
    display_name = 'Grid import price'
WHERE (system_id, id) IN (
  SELECT pi.system_id, pi.id
  FROM point_info pi
  JOIN systems s ON pi.system_id = s.id
  WHERE s.vendor_type = 'amber'
    AND pi.subsystem = 'grid'
    AND pi.extension = 'import'
    AND pi.metric_type = 'rate'
)
  AND (origin_sub_id, point_name, display_name) IS NOT ('import_perKwh', 'Grid import price', 'Grid import price');

UPDATE point_info
SET origin_sub_id = 'export_kwh',
    point_name = 'Grid export',
    display_name = 'Grid export'
WHERE (system_id, id) IN (
  SELECT pi.system_id, pi.id
  FROM point_info pi
  JOIN systems s ON pi.system_id = s.id
  WHERE s.vendor_type = 'amber'
    AND pi.subsystem = 'grid'
    AND pi.extension = 'export'
    AND pi.metric_type = 'energy'
)
  AND (origin_sub_id, point_name, display_name) IS NOT ('export_kwh', 'Grid export', 'Grid export');

UPDATE point_info
SET origin_sub_id = 'export_revenue',
    point_name = 'Grid export revenue',
    display_name = 'Grid export revenue'
WHERE (system_id, id) IN (
  SELECT pi.system_id, pi.id
  FROM point_info pi
  JOIN systems s ON pi.system_id = s.id
  WHERE s.vendor_type = 'amber'
    AND pi.subsystem = 'grid'
    AND pi.extension = 'export'
    AND pi.metric_type = 'value'
)
  AND (origin_sub_id, point_name, display_name) IS NOT ('export_revenue', 'Grid export revenue', 'Grid export revenue');

UPDATE point_info
SET origin_sub_id = 'export_perKwh',
    point_name = 'Grid export price',
    display_name = 'Grid export price'
WHERE (system_id, id) IN (
  SELECT pi.system_id, pi.id
  FROM point_info pi
  JOIN systems s ON pi.system_id = s.id
  WHERE s.vendor_type = 'amber'
    AND pi.subsystem = 'grid'
    AND pi.extension = 'export'
    AND pi.metric_type = 'rate'
)
  AND (origin_sub_id, point_name, display_name) IS NOT ('export_perKwh', 'Grid export price', 'Grid export price');

INSERT INTO migrations (id, applied_at)
SELECT '0036_update_amber_point_metadata', unixepoch('now') * 1000
WHERE NOT EXISTS (SELECT 1 FROM migrations WHERE id = '0036_update_amber_point_metadata');

COMMIT;

-- To see the outcome, before and after:
--   SELECT system_id, count(*) FROM point_info WHERE point_name LIKE 'Grid %' GROUP BY system_id;
