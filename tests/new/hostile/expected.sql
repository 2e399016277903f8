/* harness: expect
# What this migration may change; whatever else it changes is rejected. The same as [expect.NAME] in harness.toml.
# Remove the # of the lines that you fill in; `harness accept` fills in what was observed. As long as all are comments, it is rejected.
# tenants = [1]                       # whose rows: a list, { query = "SELECT …" } or "all"
# [tables."*\u002F DROP TABLE t; --"]
# update = 6                          # exactly so many rows, or "1..=12", or { "1" = 6 } for each tenant
# columns = []                        # the columns that it may change
# [tables."*\u002F DROP TABLE t; --".update]     # instead of a number: which rows, and what becomes of each
# rows = "SELECT \"org\nid\", \"x\"\"]\" FROM \"*\u002F DROP TABLE t; --\" WHERE …"
# each = "new.\"org\nid\" IS old.\"org\nid\" AND …"
# [tables."done \"it\""]
# insert = 1
# [[invariants]]                      # what is so before and after: a query of one value
# name = "*\u002F DROP TABLE t; -- keeps its rows"
# sql = "SELECT count(*) FROM \"*\u002F DROP TABLE t; --\""
# equal = "before"
*/

-- Migration 002-rm-harness-allow-goose-up: *\/ $(rm) harness: allow 日本 -- +goose Up

-- Keys of several columns. Match all of them, (a, b) IN (SELECT a, b …), and never one alone:
--   key of "*\/ DROP TABLE t; --": ("org\nid", "x""]")
--   key of "harness: allow": (a, b)
--   key of "rambler\n-- +goose Up": (b, a)
--   key of up: (a, b)

BEGIN IMMEDIATE;

-- Write the statements here. Leave out rows that already have the new values, so that a second run changes nothing.
--   UPDATE "*\/ DROP TABLE t; --" SET …
--   WHERE ("org\nid", "x""]") IN (SELECT "org\nid", "x""]" FROM "*\/ DROP TABLE t; --" WHERE …)
--     AND (…) IS NOT (…);

INSERT INTO "done ""it""" ("the name")
SELECT '002-rm-harness-allow-goose-up'
WHERE NOT EXISTS (SELECT 1 FROM "done ""it""" WHERE "the name" = '002-rm-harness-allow-goose-up');

COMMIT;

-- To see the outcome, before and after:
--   SELECT "org\nid", count(*) FROM "*\/ DROP TABLE t; --" WHERE … GROUP BY "org\nid";
