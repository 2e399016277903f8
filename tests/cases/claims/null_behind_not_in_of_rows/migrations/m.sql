/* harness: expect
tenants = [2]
[tables.point.update]
count = 1
rows = "SELECT org, id FROM point WHERE org = 2 AND id = 2 OR org = 3 AND unit NOT IN (SELECT unit FROM point WHERE org = 1)"
*/
UPDATE point SET name = 'x' WHERE org = 2 AND id = 2;
