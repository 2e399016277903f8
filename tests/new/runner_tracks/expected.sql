/* harness: expect
# What this migration may change; whatever else it changes is rejected. The same as [expect.NAME] in harness.toml.
# Remove the # of the lines that you fill in; `harness accept` fills in what was observed. As long as all are comments, it is rejected.
# tenants = [1]                       # whose rows: a list, { query = "SELECT …" } or "all"
# [tables.note]
# update = 6                          # exactly so many rows, or "1..=12", or { "1" = 6 } for each tenant
# columns = []                        # the columns that it may change
# [tables.note.update]     # instead of a number: which rows, and what becomes of each
# rows = "SELECT team_id, id FROM note WHERE …"
# each = "new.team_id IS old.team_id AND …"
# [[invariants]]                      # what is so before and after: a query of one value
# name = "note keeps its rows"
# sql = "SELECT count(*) FROM note"
# equal = "before"
*/

-- Migration 21000101000000_shorten_notes: Shorten notes

-- Keys of several columns. Match all of them, (a, b) IN (SELECT a, b …), and never one alone:
--   key of note: (team_id, id)

-- The runner opens the transaction (transaction = "per-migration" in harness.toml): this file must not open one.

-- Write the statements here. Leave out rows that already have the new values, so that a second run changes nothing.
--   UPDATE note SET …
--   WHERE (team_id, id) IN (SELECT team_id, id FROM note WHERE …)
--     AND (…) IS NOT (…);

SELECT 'nothing is written here yet';

-- To see the outcome, before and after:
--   SELECT team_id, count(*) FROM note WHERE … GROUP BY team_id;
