/* harness: expect
tenants = [1, 2, 3]
[tables.point.update]
rows = "SELECT p.org, p.id FROM point p JOIN point q ON p.id = q.id WHERE q.org = 1 AND q.name = 'p'"
*/
UPDATE point SET unit = 'kW' WHERE id = 1;
