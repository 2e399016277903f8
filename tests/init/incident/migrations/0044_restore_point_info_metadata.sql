-- Give the original points their own metadata back. The duplicates hold the true origin_sub_id, which is unique within a
-- system and origin, so they step aside first.
BEGIN TRANSACTION;

UPDATE point_info SET origin_sub_id = 'TEMP_' || origin_sub_id WHERE system_id = 1 AND id BETWEEN 17 AND 22;
UPDATE point_info SET origin_sub_id = 'TEMP_' || origin_sub_id WHERE system_id = 2 AND id BETWEEN 17 AND 22;
UPDATE point_info SET origin_sub_id = 'TEMP_' || origin_sub_id WHERE system_id = 3 AND id BETWEEN 3 AND 4;
UPDATE point_info SET origin_sub_id = 'TEMP_' || origin_sub_id WHERE system_id = 5 AND id BETWEEN 14 AND 19;
UPDATE point_info SET origin_sub_id = 'TEMP_' || origin_sub_id WHERE system_id = 6 AND id BETWEEN 19 AND 24;
UPDATE point_info SET origin_sub_id = 'TEMP_' || origin_sub_id WHERE system_id = 9 AND id BETWEEN 10 AND 15;

UPDATE point_info SET origin_sub_id = 'solar_w', point_name = 'Solar', display_name = 'Solar' WHERE system_id = 1 AND id = 1;
UPDATE point_info SET origin_sub_id = 'solarinverter_w', point_name = 'Solar Remote', display_name = 'Solar Remote' WHERE system_id = 1 AND id = 2;
UPDATE point_info SET origin_sub_id = 'shunt_w', point_name = 'Solar Local', display_name = 'Solar Local' WHERE system_id = 1 AND id = 3;
UPDATE point_info SET origin_sub_id = 'load_w', point_name = 'Load', display_name = 'Load' WHERE system_id = 1 AND id = 4;
UPDATE point_info SET origin_sub_id = 'battery_w', point_name = 'Battery', display_name = 'Battery' WHERE system_id = 1 AND id = 5;
UPDATE point_info SET origin_sub_id = 'grid_w', point_name = 'Grid', display_name = 'Grid' WHERE system_id = 1 AND id = 6;
UPDATE point_info SET origin_sub_id = 'solar_w', point_name = 'Solar', display_name = 'Solar' WHERE system_id = 2 AND id = 1;
UPDATE point_info SET origin_sub_id = 'solarinverter_w', point_name = 'Solar Remote', display_name = 'Solar Remote' WHERE system_id = 2 AND id = 2;
UPDATE point_info SET origin_sub_id = 'shunt_w', point_name = 'Solar Local', display_name = 'Solar Local' WHERE system_id = 2 AND id = 3;
UPDATE point_info SET origin_sub_id = 'load_w', point_name = 'Load', display_name = 'Load' WHERE system_id = 2 AND id = 4;
UPDATE point_info SET origin_sub_id = 'battery_w', point_name = 'Battery', display_name = 'Battery' WHERE system_id = 2 AND id = 5;
UPDATE point_info SET origin_sub_id = 'grid_w', point_name = 'Grid', display_name = 'Grid' WHERE system_id = 2 AND id = 6;
UPDATE point_info SET origin_sub_id = 'solar_w', point_name = 'Solar', display_name = 'Solar' WHERE system_id = 3 AND id = 1;
UPDATE point_info SET origin_sub_id = 'solar_interval_wh', point_name = 'Solar Interval', display_name = 'Solar Interval' WHERE system_id = 3 AND id = 2;
UPDATE point_info SET origin_sub_id = 'solarW', point_name = 'Solar', display_name = 'Solar' WHERE system_id = 5 AND id = 1;
UPDATE point_info SET origin_sub_id = 'solarRemoteW', point_name = 'Solar Remote', display_name = 'Solar Remote' WHERE system_id = 5 AND id = 2;
UPDATE point_info SET origin_sub_id = 'solarLocalW', point_name = 'Solar Local', display_name = 'Solar Local' WHERE system_id = 5 AND id = 3;
UPDATE point_info SET origin_sub_id = 'loadW', point_name = 'Load', display_name = 'Load' WHERE system_id = 5 AND id = 4;
UPDATE point_info SET origin_sub_id = 'batteryW', point_name = 'Battery', display_name = 'Battery' WHERE system_id = 5 AND id = 5;
UPDATE point_info SET origin_sub_id = 'gridW', point_name = 'Grid', display_name = 'Grid' WHERE system_id = 5 AND id = 6;
UPDATE point_info SET origin_sub_id = 'energyNowW', point_name = 'Tesla EV charger', display_name = 'Tesla EV charger' WHERE system_id = 6 AND id = 1;
UPDATE point_info SET origin_sub_id = 'totalEnergyWh', point_name = 'Tesla EV charger', display_name = 'Tesla EV charger' WHERE system_id = 6 AND id = 2;
UPDATE point_info SET origin_sub_id = 'energyNowW', point_name = 'Heat Pump', display_name = 'Heat Pump' WHERE system_id = 6 AND id = 3;
UPDATE point_info SET origin_sub_id = 'totalEnergyWh', point_name = 'Heat Pump', display_name = 'Heat Pump' WHERE system_id = 6 AND id = 4;
UPDATE point_info SET origin_sub_id = 'energyNowW', point_name = 'Pool', display_name = 'Pool' WHERE system_id = 6 AND id = 5;
UPDATE point_info SET origin_sub_id = 'totalEnergyWh', point_name = 'Pool', display_name = 'Pool' WHERE system_id = 6 AND id = 6;
UPDATE point_info SET origin_sub_id = 'price', point_name = 'Grid import price', display_name = 'Grid import price' WHERE system_id = 9 AND id = 1;
UPDATE point_info SET origin_sub_id = 'price', point_name = 'Grid export price', display_name = 'Grid export price' WHERE system_id = 9 AND id = 2;
UPDATE point_info SET origin_sub_id = 'energy', point_name = 'Grid import energy', display_name = 'Grid import energy' WHERE system_id = 9 AND id = 3;
UPDATE point_info SET origin_sub_id = 'cost', point_name = 'Grid import cost', display_name = 'Grid import cost' WHERE system_id = 9 AND id = 4;
UPDATE point_info SET origin_sub_id = 'energy', point_name = 'Grid export energy', display_name = 'Grid export energy' WHERE system_id = 9 AND id = 5;
UPDATE point_info SET origin_sub_id = 'revenue', point_name = 'Grid export revenue', display_name = 'Grid export revenue' WHERE system_id = 9 AND id = 6;

COMMIT;

CREATE TABLE IF NOT EXISTS migrations (
  id TEXT PRIMARY KEY,
  applied_at INTEGER NOT NULL
);
INSERT INTO migrations (id, applied_at) VALUES ('0044_restore_point_info_metadata', unixepoch('now') * 1000);
