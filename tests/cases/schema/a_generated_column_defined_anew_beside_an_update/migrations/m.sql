/* harness: expect
tenants = [1, 2]
[tables.g]
update = 3
columns = ["n"]
*/
-- The expression of w is another one, beside what n gets; v follows from w.
ALTER TABLE g DROP COLUMN v;
ALTER TABLE g DROP COLUMN w;
ALTER TABLE g ADD COLUMN w AS (a * 9);
ALTER TABLE g ADD COLUMN v AS (w + 1);
UPDATE g SET n = n || '!' WHERE id > 0;
