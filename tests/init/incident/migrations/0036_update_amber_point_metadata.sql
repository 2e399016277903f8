-- Give the points of Amber systems their own names, one statement for each direction and metric.
BEGIN TRANSACTION;

UPDATE point_info
SET origin_sub_id = 'import_kwh',
    point_name = 'Grid import',
    display_name = 'Grid import'
WHERE id IN (
  SELECT pi.id
  FROM point_info pi
  JOIN systems s ON pi.system_id = s.id
  WHERE s.vendor_type = 'amber'
    AND pi.subsystem = 'grid'
    AND pi.extension = 'import'
    AND pi.metric_type = 'energy'
);

UPDATE point_info
SET origin_sub_id = 'import_cost',
    point_name = 'Grid import cost',
    display_name = 'Grid import cost'
WHERE id IN (
  SELECT pi.id
  FROM point_info pi
  JOIN systems s ON pi.system_id = s.id
  WHERE s.vendor_type = 'amber'
    AND pi.subsystem = 'grid'
    AND pi.extension = 'import'
    AND pi.metric_type = 'value'
);

UPDATE point_info
SET origin_sub_id = 'import_perKwh',
    point_name = 'Grid import price',
    display_name = 'Grid import price'
WHERE id IN (
  SELECT pi.id
  FROM point_info pi
  JOIN systems s ON pi.system_id = s.id
  WHERE s.vendor_type = 'amber'
    AND pi.subsystem = 'grid'
    AND pi.extension = 'import'
    AND pi.metric_type = 'rate'
);

UPDATE point_info
SET origin_sub_id = 'export_kwh',
    point_name = 'Grid export',
    display_name = 'Grid export'
WHERE id IN (
  SELECT pi.id
  FROM point_info pi
  JOIN systems s ON pi.system_id = s.id
  WHERE s.vendor_type = 'amber'
    AND pi.subsystem = 'grid'
    AND pi.extension = 'export'
    AND pi.metric_type = 'energy'
);

UPDATE point_info
SET origin_sub_id = 'export_revenue',
    point_name = 'Grid export revenue',
    display_name = 'Grid export revenue'
WHERE id IN (
  SELECT pi.id
  FROM point_info pi
  JOIN systems s ON pi.system_id = s.id
  WHERE s.vendor_type = 'amber'
    AND pi.subsystem = 'grid'
    AND pi.extension = 'export'
    AND pi.metric_type = 'value'
);

UPDATE point_info
SET origin_sub_id = 'export_perKwh',
    point_name = 'Grid export price',
    display_name = 'Grid export price'
WHERE id IN (
  SELECT pi.id
  FROM point_info pi
  JOIN systems s ON pi.system_id = s.id
  WHERE s.vendor_type = 'amber'
    AND pi.subsystem = 'grid'
    AND pi.extension = 'export'
    AND pi.metric_type = 'rate'
);

UPDATE point_info
SET origin_sub_id = 'controlled_kwh',
    point_name = 'Controlled load',
    display_name = 'Controlled load'
WHERE id IN (
  SELECT pi.id
  FROM point_info pi
  JOIN systems s ON pi.system_id = s.id
  WHERE s.vendor_type = 'amber'
    AND pi.subsystem = 'grid'
    AND pi.extension = 'controlled'
    AND pi.metric_type = 'energy'
);

UPDATE point_info
SET origin_sub_id = 'controlled_cost',
    point_name = 'Controlled load cost',
    display_name = 'Controlled load cost'
WHERE id IN (
  SELECT pi.id
  FROM point_info pi
  JOIN systems s ON pi.system_id = s.id
  WHERE s.vendor_type = 'amber'
    AND pi.subsystem = 'grid'
    AND pi.extension = 'controlled'
    AND pi.metric_type = 'value'
);

UPDATE point_info
SET origin_sub_id = 'controlled_perKwh',
    point_name = 'Controlled load price',
    display_name = 'Controlled load price'
WHERE id IN (
  SELECT pi.id
  FROM point_info pi
  JOIN systems s ON pi.system_id = s.id
  WHERE s.vendor_type = 'amber'
    AND pi.subsystem = 'grid'
    AND pi.extension = 'controlled'
    AND pi.metric_type = 'rate'
);

COMMIT;

CREATE TABLE IF NOT EXISTS migrations (
  id TEXT PRIMARY KEY,
  applied_at INTEGER NOT NULL
);
INSERT INTO migrations (id, applied_at) VALUES ('0036_update_amber_point_metadata', unixepoch('now') * 1000);
