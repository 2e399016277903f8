/* harness: expect
tenants = [1]
[tables.point.update]
rows = "SELECT org, id FROM point WHERE org = 1 AND name IN (SELECT name FROM org)"
*/
UPDATE point SET unit = 'kW' WHERE org = 1;
