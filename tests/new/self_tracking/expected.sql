/* harness: expect
# What this migration may change; whatever else it changes is rejected. The same as [expect.NAME] in harness.toml.
# Remove the # of the lines that you fill in; `harness accept` fills in what was observed. As long as all are comments, it is rejected.
# tenants = [1]                       # whose rows: a list, { query = "SELECT …" } or "all"
# [tables.meters]
# update = 6                          # exactly so many rows, or "1..=12", or { "1" = 6 } for each tenant
# columns = []                        # the columns that it may change
# [tables.meters.update]     # instead of a number: which rows, and what becomes of each
# rows = "SELECT site_id, id FROM meters WHERE …"
# each = "new.site_id IS old.site_id AND …"
# [tables.applied]
# insert = 1
# [[invariants]]                      # what is so before and after: a query of one value
# name = "meters keeps its rows"
# sql = "SELECT count(*) FROM meters"
# equal = "before"
*/

-- Migration 0003_rename_the_north_meters: Rename the "north" meters

-- Keys of several columns. Match all of them, (a, b) IN (SELECT a, b …), and never one alone:
--   key of meters: (site_id, id), (site_id, serial)
--   key of readings: (site_id, meter_id, at)

BEGIN IMMEDIATE;

-- Write the statements here. Leave out rows that already have the new values, so that a second run changes nothing.
--   UPDATE meters SET …
--   WHERE (site_id, id) IN (SELECT site_id, id FROM meters WHERE …)
--     AND (…) IS NOT (…);

INSERT INTO applied (name, at)
SELECT '0003_rename_the_north_meters', unixepoch('now') * 1000
WHERE NOT EXISTS (SELECT 1 FROM applied WHERE name = '0003_rename_the_north_meters');

COMMIT;

-- To see the outcome, before and after:
--   SELECT site_id, count(*) FROM meters WHERE … GROUP BY site_id;
