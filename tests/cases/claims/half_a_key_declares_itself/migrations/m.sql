/* harness: expect
tenants = "all"
[tables.point.update]
rows = "SELECT org, id FROM point WHERE id IN (SELECT p.id FROM point p JOIN org ON org.id = p.org WHERE org.kind = 'a')"
*/
UPDATE point SET unit = 'kW' WHERE id IN (SELECT p.id FROM point p JOIN org ON org.id = p.org WHERE org.kind = 'a');
