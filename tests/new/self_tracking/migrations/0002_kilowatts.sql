BEGIN;
UPDATE meters SET unit = 'kWh' WHERE site_id = 1;
INSERT OR IGNORE INTO applied (name, at) VALUES ('0002_kilowatts', unixepoch('now') * 1000);
COMMIT;
