/* harness: expect
tenants = [1]
[tables.point.update]
rows = "SELECT p.org, p.id FROM point p JOIN point q ON p.org = q.org AND p.id = q.id WHERE q.org = 1 AND q.name = 'p'"
*/
UPDATE point SET unit = 'kW' WHERE org = 1 AND id = 1;
