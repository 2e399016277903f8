/* harness: expect
# What this migration may change; whatever else it changes is rejected. The same as [expect.NAME] in harness.toml.
# Remove the # of the lines that you fill in; `harness accept` fills in what was observed. As long as all are comments, it is rejected.
# tenants = [1]                       # whose rows: a list, { query = "SELECT …" } or "all"
# [tables.item]
# update = 6                          # exactly so many rows, or "1..=12", or { "1" = 6 } for each tenant
# columns = []                        # the columns that it may change
# [tables.item.update]     # instead of a number: which rows, and what becomes of each
# rows = "SELECT id FROM item WHERE …"
# each = "new.shop_id IS old.shop_id AND …"
# [[invariants]]                      # what is so before and after: a query of one value
# name = "item keeps its rows"
# sql = "SELECT count(*) FROM item"
# equal = "before"
*/

-- Migration 000002_next.up: next

-- The runner opens the transaction (transaction = "per-migration" in harness.toml): this file must not open one.

-- Write the statements here. Leave out rows that already have the new values, so that a second run changes nothing.
--   UPDATE item SET …
--   WHERE id IN (SELECT id FROM item WHERE …)
--     AND (…) IS NOT (…);

SELECT 'nothing is written here yet';

-- To see the outcome, before and after:
--   SELECT shop_id, count(*) FROM item WHERE … GROUP BY shop_id;
